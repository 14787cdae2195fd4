import "../drum-tabs.js";
import "../drum-focus.js";
import "../drum-mention.js";
import "../drum-marking.js";

import "../drum-focus.js";
import "../drum-mention.js";

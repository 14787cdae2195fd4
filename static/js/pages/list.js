import "../drum-filters.js";
import "../drum-focus.js";
import "../drum-move.js";
import "../drum-select.js";

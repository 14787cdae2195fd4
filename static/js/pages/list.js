import "../drum-filters.js";
import "../drum-move.js";
import "../drum-keep.js";
import "../drum-select.js";

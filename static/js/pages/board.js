import "../drum-filters.js";
import "../drum-board.js";
import "../drum-move.js";
import "../drum-keep.js";
import "../drum-select.js";
import "../drum-stages.js";

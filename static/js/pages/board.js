import "../drum-filters.js";
import "../drum-board.js";
import "../drum-move.js";
import "../drum-select.js";
import "../drum-along.js";
import "../drum-stages.js";

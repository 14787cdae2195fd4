import "../drum-filters.js";
import "../drum-calendar.js";
import "../drum-carry.js";
import "../drum-move.js";
import "../drum-select.js";
import "../drum-along.js";
import "../drum-peek.js";

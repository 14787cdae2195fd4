import "../drum-select.js";

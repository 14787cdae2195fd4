import "../drum-copy.js";

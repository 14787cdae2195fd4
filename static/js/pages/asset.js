import "../drum-focal.js";

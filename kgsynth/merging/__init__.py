"""How concepts become one: candidates by embedding, what a model is asked, classes, calibration."""

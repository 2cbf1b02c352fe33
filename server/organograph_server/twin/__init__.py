"""The static twin: every address of a published dataset as a file, and configuration by which a plain web server answers alike."""

"""The parts of the terminal report: lines of words, in which colour only repeats what they say."""

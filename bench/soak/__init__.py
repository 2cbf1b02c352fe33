"""What is promised of a server and of publishing, under attack and in other hard times, beside what was seen."""

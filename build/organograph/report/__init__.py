"""What a check found, told alike in every format: for a person, a spreadsheet, a program, a forge."""

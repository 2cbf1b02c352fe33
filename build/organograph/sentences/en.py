"""English: what is wrong and how to mend it, by rule and variant; and phrases that fill their blanks."""

from __future__ import annotations

from collections.abc import Mapping

_RETYPED = "Format the column as text and type the cell again."

SENTENCES: Mapping[str, tuple[str, str]] = {
    "evidence:cue-missing": ("The span holds “{held}”, in which “{words}” does not stand.", "{stands}"),
    "evidence:cut-word": ("The span “{held}” cuts a word.", "Move its ends to the ends of words."),
    "evidence:inside-name": ("“{held}” stands here inside the longer name “{longer}”.", "Cite a place where the name stands alone."),
    "evidence:name-unprinted": (
        "No document of the edition prints the further name “{name}”.",
        "Write it to the letter, or take it out of alt_names.",
    ),
    "evidence:no-name": (
        "The span holds “{held}”, which is no name that a row cites from this document.",
        "Cite the printed name of what it is about.",
    ),
    "evidence:other-words": ("The span holds “{held}”, not “{words}”.", "{stands}"),
    "settings:bad-value": ("{value!r} cannot be the setting {section}.{setting}.", "Write it {written}."),
    "settings:missing": ("The setting {section}.{setting} is missing.", "Write it {written}."),
    "settings:not-toml": ("The settings cannot be read: {reason}.", "Mend that place."),
    "settings:unknown/outside": (
        "The setting {setting} stands in no section.",
        "Put it under {sections}; ontology/README.md names the settings.",
    ),
    "settings:unknown/section": (
        "{section!r} is no section of the settings.",
        "Put settings under {sections}; ontology/README.md names them.",
    ),
    "settings:unknown/setting": (
        "The setting {section}.{setting} is not known.",
        "Remove it or correct it; the settings there are: {settings}.",
    ),
    "sheet:edition-lost": (
        "The edition {edition!r} has tables, but no row any more.",
        "Put its row back; remove its folder first if it is to go.",
    ),
    "sheet:lost-text/coded": ("The cell holds {sign!r}, by which workbooks mean another sign.", "Write the sign itself."),
    "sheet:lost-text/day": ("The spreadsheet made the day {value} of what was typed.", _RETYPED),
    "sheet:lost-text/error": ("The cell shows the error {value}.", _RETYPED),
    "sheet:lost-text/formula": ("The cell holds a formula.", "Put the text itself there; format the column as text first."),
    "sheet:lost-text/moment": ("The spreadsheet made the moment {value} of what was typed.", _RETYPED),
    "sheet:lost-text/number": (
        "The spreadsheet made the number {value} of what was typed; zeros at its beginning or end may be lost.",
        _RETYPED,
    ),
    "sheet:lost-text/other": ("The spreadsheet made {value!r} of what was typed.", _RETYPED),
    "sheet:missing": (
        "The edition {edition!r} has no sheet {tables}, and no such table stands in the folder.",
        "Add it with organograph new edition.",
    ),
    "sheet:unknown": (
        "The sheet {sheet!r} is no table.",
        "Remove it, or name it as export does: sources, or an edition and a table, such as 2022-06 units.",
    ),
    "sheet:unlisted-edition": ("There is no edition {edition!r}.", "Add it with organograph new edition."),
    "table:bad-address": (
        "{value!r} is not how an address is written.",
        "Give an address that begins with https:// and holds no space.",
    ),
    "table:bad-addresses": (
        "{value!r} is not how a list of addresses is written.",
        "Give addresses that begin with https://, separated by '; '.",
    ),
    "table:bad-choice": ("{value!r} is not how the column {column} is written.", "Use one of: {choices}."),
    "table:bad-country": ("{value!r} is no country code.", "Give the two capital letters of ISO 3166-1, such as CH."),
    "table:bad-date": (
        "{value!r} is not how a date is written.",
        "Write YYYY, YYYY-MM or YYYY-MM-DD, a day that exists; in a spreadsheet format the column as text first.",
    ),
    "table:bad-duration": ("{value!r} is no duration.", "Write years as P5Y, months as P6M."),
    "table:bad-hash": ("{value!r} is not how a SHA-256 is written.", "Give its 64 hexadecimal digits in small letters."),
    "table:bad-month": (
        "{value!r} is not how a month is written.",
        "Write year and month as YYYY-MM, such as 2022-06; in a spreadsheet format the column as text first.",
    ),
    "table:bad-number": ("{value!r} is not how a whole number is written.", "Use digits only."),
    "table:bad-slug": (
        "{value!r} is not how a slug is written.",
        "Use small letters a to z, digits and single hyphens, such as legal-affairs.",
    ),
    "table:bad-slugs": ("{value!r} is not how a list of slugs is written.", "Use slugs such as legal-affairs, separated by '; '."),
    "table:bad-span/before": ("The span begins before the document.", "Give an offset from 0 on."),
    "table:bad-span/behind": ("The span ends behind the document, which has {length} characters.", "Correct the offsets."),
    "table:bad-span/empty": ("The span ends where it begins or before.", "Give the offset after its last character."),
    "table:bad-span/none": ("No span says where {source!r} says so.", "Add {source}:START-END."),
    "table:bad-span/outside": (
        "The span {start}-{end} is empty or leaves the document {source!r}, which has {length} characters.",
        "Correct the offsets.",
    ),
    "table:bad-spans": (
        "{value!r} is not how a list of spans is written.",
        "Write SLUG:START-END for each document, such as chart-2024:10-25, separated by '; '.",
    ),
    "table:bad-thing": (
        "{value!r} is not how a reference to a thing is written.",
        "Write unit:SLUG, post:SLUG, body:SLUG or organization:SLUG.",
    ),
    "table:bad-things": (
        "{value!r} is not how a list of things is written.",
        "Write unit:SLUG, post:SLUG or body:SLUG, separated by '; '.",
    ),
    "table:bad-words": (
        "{value!r} is not how a list of names is written.",
        "Write names separated by '; ', or leave the cell empty.",
    ),
    "table:class-missing": (
        "A document calls {unit!r} independent, but its row in units.csv has not the class {name}.",
        "Add the class there, or remove this row.",
    ),
    "table:class-unproved": (
        "The unit is of the class {name}, but no row of relations cites where a document calls it independent.",
        "Add to relations.csv: {unit}, is-a, {name}, with the span; or take the class away.",
    ),
    "table:control-character": ("A cell holds a line break or a control character.", "Replace it by a space."),
    "table:cycle/own": ("{thing!r} is its own parent.", "Give one of them its true parent."),
    "table:cycle/ring": ("{thing!r} stands above itself: {ring}.", "Give one of them its true parent."),
    "table:duplicate": ("{name!r} stands already in row {row}.", "Give this row another name or remove one of the two."),
    "table:duplicate-column": ("The column {column!r} stands twice.", "Keep one of them."),
    "table:empty-cell": ("The cell is empty, but every row of {table} needs {holds}.", "Fill it in."),
    "table:half-placed": ("A place needs both a parent and a basis.", "Fill in both or neither."),
    "table:head-missing": (
        "The edition has no post {post!r}, which dataset.toml names as the head of the organization.",
        "Add it to posts.csv or correct head_post.",
    ),
    "table:kind-taken": ("The scheme (kinds.ttl) has a kind {kind!r} already.", "Use that, or give this kind another slug."),
    "table:missing-column": ("The column {column!r} is missing.", "Add it; the header is: {header}"),
    "table:missing-file": ("The table {table} is missing.", "Make it, if only with its header: {header}"),
    "table:missing-reference": ("{value!r} is {what}.", "{hint}Correct it or add the row it names."),
    "table:missing-reference/side": (
        "{source!r} is neither chosen nor rejected.",
        "Name it in one of the two columns, or take its span away.",
    ),
    "table:not-csv": (
        "The line is no CSV: {reason}.",
        "Look for a quotation mark that is opened and not closed; write a quotation mark inside a cell twice.",
    ),
    "table:not-utf8": (
        "The byte {byte} is no UTF-8 text, so the table cannot be read.",
        "Save the table as CSV in UTF-8 (in a spreadsheet: “CSV UTF-8”).",
    ),
    "table:note-missing": ("What is inferred needs its reason.", "Say in the note why it is so."),
    "table:row-width": (
        "The row has {cells} cells where the header has {header}.",
        "Put text that holds a comma between quotation marks, and keep a comma for each empty cell.",
    ),
    "table:row-width/many": (
        "From here to row {last}, {rows} rows have {cells} cells where the header has {header}.",
        "Correct the header, or give each of these rows a cell for each of its columns.",
    ),
    "table:tenure-outside/begins": (
        "The tenure begins after the edition {edition}.",
        "Correct the date, or move the row to the edition it belongs to.",
    ),
    "table:tenure-outside/ends": (
        "The tenure ended before the edition {edition}.",
        "Correct the date, or move the row to the edition it belongs to.",
    ),
    "table:two-addresses": ("The site {site!r} has {value!r} in row {row}.", "Write the same in every row of a site."),
    "table:unknown-column": ("The column {column!r} is not known.", "Remove it or rename it; the columns are: {header}"),
    "table:unknown-table": ("No such table is known.", "Rename or remove it; the tables are: {tables}."),
    "table:unlisted-edition": ("The folder belongs to no edition.", "Add a row to editions.csv or remove it."),
    "table:unreadable": ("The table cannot be read: {reason}.", "Check the file."),
    "table:wrong-object": ("{value!r} cannot be the object of {relation}.", "Name one of: {sorts}."),
    "turtle:not-turtle": ("The file is no Turtle: {reason}.", "Mend that place."),
    "turtle:not-utf8": ("The file is no UTF-8.", "Save it as UTF-8."),
    "turtle:unreadable": ("The file cannot be read: {reason}.", "Check it."),
    "waiver:expired": (
        "The waiver of {rule} for {thing} ran out on {until}.",
        "Mend what it waived and remove the row, or decide anew until when.",
    ),
    "waiver:unused": ("The waiver of {rule} for {thing} fits no finding.", "Remove the row, or correct its rule or thing."),
}
"""Key to what is wrong and how to mend it."""

PHRASES: Mapping[str, str] = {
    "did you mean": "Did you mean {close}? ",
    "in no edition": "in no table of any edition",
    "in no table": "in no table of the edition {edition}",
    "no body": "no body of this edition",
    "no class": "no class of units",
    "no document": "no document of sources.csv",
    "no document here": "no document of this edition (editions.csv, column sources)",
    "no edition": "no edition of editions.csv",
    "no kind": "no kind of the scheme (kinds.ttl)",
    "no kind here": "no kind of this table or of the scheme (kinds.ttl)",
    "no person": "no person of persons.csv",
    "no post": "no post of this edition",
    "no unit": "no unit of this edition",
    "or": "{one} or {other}",
    "stands at": "It stands at {places}.",
    "stands nowhere": "It stands nowhere in the document; correct the name or the document.",
}

// One check by rdf-validate-shacl as a process of its own: shapes and data from files, a line for each result.
import { readFileSync } from "node:fs";
import n3 from "n3";
import Validator from "rdf-validate-shacl";

const read = (file) => new n3.Store(new n3.Parser().parse(readFileSync(file, "utf8")));
const [shapes, data] = process.argv.slice(2).map(read);
const report = await new Validator(shapes, { allowNamedNodeInList: true }).validate(data);
process.stdout.write(report.results.map((result) => `${result.sourceShape.value.split("/").pop()} ${result.focusNode.value}\n`).join(""));

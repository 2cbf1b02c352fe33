// One check by shacl-engine as a process of its own: shapes and data from files, a line for each result.
import { readFileSync } from "node:fs";
import n3 from "n3";
import { Validator } from "shacl-engine";
import { targetResolvers, validations } from "shacl-engine/sparql.js";

const read = (file) => new n3.Store(new n3.Parser().parse(readFileSync(file, "utf8")));
const [shapes, data] = process.argv.slice(2).map(read);
const report = await new Validator(shapes, { factory: n3.DataFactory, targetResolvers, validations }).validate({ dataset: data });
process.stdout.write(report.results.map((result) => `${result.shape.ptr.value.split("/").pop()} ${result.focusNode.value}\n`).join(""));

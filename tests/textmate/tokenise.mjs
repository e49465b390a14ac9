// Tokenises a file with the engine of Visual Studio Code; prints [[text, [scope, …]], …] a line as JSON.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const require = createRequire(join(process.env.NODE_PATH, "x.js"));
const oniguruma = require("vscode-oniguruma");
const { INITIAL, Registry, parseRawGrammar } = require("vscode-textmate");

const wasm = await readFile(join(process.env.NODE_PATH, "vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
const registry = new Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => parseRawGrammar(await readFile(process.env.GRAMMAR, "utf8"), process.env.GRAMMAR),
});
const grammar = await registry.loadGrammar("source.writ");
const lines = [];
let state = INITIAL;
for (const line of (await readFile(process.env.TEXT, "utf8")).split("\n")) {
  const result = grammar.tokenizeLine(line, state);
  state = result.ruleStack;
  lines.push(result.tokens.map((it) => [line.slice(it.startIndex, it.endIndex), it.scopes]));
}
console.log(JSON.stringify({ lines }));

// Starts `writ lsp` and lets the editor talk with it.
"use strict";

const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function start() {
  const command = workspace.getConfiguration("writ").get("path") || "writ";
  const run = { command, args: ["lsp"] };
  client = new LanguageClient("writ", "Writ", { run, debug: run }, {
    documentSelector: [{ language: "writ" }],
    synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.writ") },
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    window.showErrorMessage(
      `The program \`${command}\` could not be started: ${error.message}. Say where it is in the setting writ.path.`,
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running) await running.stop();
}

async function activate(context) {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    commands.registerCommand("writ.restart", restart),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("writ.path")) void restart();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };

import * as vscode from 'vscode';
import { parse } from '@hops/parser';

export function activate(context: vscode.ExtensionContext) {
  const problems = vscode.languages.createDiagnosticCollection('hops');
  context.subscriptions.push(
    problems,
    vscode.workspace.onDidSaveTextDocument((doc) => {
      const result = parse(doc.getText());
      problems.set(doc.uri, result.ok ? [] : [new vscode.Diagnostic(doc.lineAt(result.error.line - 1).range, result.error.message)]);
    }),
  );
}

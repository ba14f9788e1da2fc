import ts from 'typescript';
import { expect, test } from 'vitest';

const SOURCES = import.meta.glob<string>('../**/*.tsx', { query: '?raw', import: 'default', eager: true });
const LETTERS = /\p{L}{2}/u;
/** What shows as text, or is said by a screen reader. */
const SHOWN = new Set(['label', 'title', 'lead', 'hint', 'description', 'placeholder', 'alt', 'aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'add', 'submit']);
/** The same in every language. */
const NAMES = ['SHA-256', 'https://', '-----BEGIN CERTIFICATE-----'];

/** Letters that stand in a component instead of the catalogue. */
function outside(name: string, source: string): string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const literal = (node: ts.Node | undefined): string | undefined =>
    node && ts.isStringLiteralLike(node) ? node.text : node && ts.isJsxExpression(node) ? literal(node.expression) : node && ts.isTemplateExpression(node) ? [node.head, ...node.templateSpans.map((span) => span.literal)].map((part) => part.text).join(' ') : undefined;
  const look = (node: ts.Node) => {
    const said =
      ts.isJsxText(node) ? node.text
      : ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) ? literal(node)
      : (ts.isJsxAttribute(node) || ts.isPropertyAssignment(node)) && SHOWN.has(node.name.getText(file)) ? literal(node.initializer)
      : undefined;
    // keys of the catalogue are handed to those who look them up
    if (said && LETTERS.test(said) && !NAMES.includes(said) && !/^\w+\.\w+$/.test(said)) {
      found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}: ${said.trim()}`);
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

test('a text outside the catalogue is found, wherever it shows', () => {
  const source = "const a = { label: 'Save' }; const b = <p title=\"Say\" className=\"flex\">Hello {'you'} {`${a} there`} {t('common.save')} <b aria-label={'Quiet'} /></p>;";
  expect(outside('sample.tsx', source).map((line) => line.split(': ')[1])).toEqual(['Save', 'Say', 'Hello', 'you', 'there', 'Quiet']);
});

test('no component says anything that the catalogue does not hold', () => {
  expect(Object.keys(SOURCES).length).toBeGreaterThan(50);
  expect(Object.entries(SOURCES).flatMap(([name, source]) => outside(name, source))).toEqual([]);
});

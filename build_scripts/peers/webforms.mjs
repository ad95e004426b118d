// Fills a form in with @getodk/xforms-engine as a plan says, and prints what it took as JSON.
//   node webforms.mjs <folder with node_modules> <plan.json>
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [home, planFile] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(home), 'package.json'));
const { JSDOM } = require('jsdom');
const plan = JSON.parse(readFileSync(planFile, 'utf8'));

const { window } = new JSDOM('<!doctype html><html><body></body></html>', { url: 'http://localhost/' });
for (const name of ['document', 'DOMParser', 'XMLSerializer', 'XMLDocument', 'Document', 'Element', 'Node', 'Text', 'Attr',
  'Comment', 'CDATASection', 'ProcessingInstruction', 'NodeFilter', 'XPathResult', 'HTMLElement', 'File', 'Blob', 'FormData']) {
  if (window[name] !== undefined && (globalThis[name] === undefined || !['File', 'Blob', 'FormData'].includes(name))) {
    globalThis[name] = window[name];
  }
}
globalThis.window = window;
globalThis.__dirname = path.resolve(home);
const entry = path.join(path.resolve(home), 'node_modules/@getodk/xforms-engine/dist/index.js');
const { loadForm } = await import(pathToFileURL(entry).href);

const timed = async (work) => {
  const started = performance.now();
  const value = await work();
  return [performance.now() - started, value];
};
const rss = () => process.memoryUsage().rss / 1e6;
const xml = readFileSync(plan.form, 'utf8');
const config = { fetchFormAttachment: async () => new Response('', { status: 404 }), missingResourceBehavior: 'BLANK' };

const loads = [];
let form;
for (let turn = 0; turn < plan.loads; turn += 1) {
  const [took, loaded] = await timed(() => loadForm(xml, config));
  if (loaded.status === 'failure') throw loaded.error;
  loads.push(took);
  form = loaded;
}
const [open, instance] = await timed(() => form.createInstance());
const loaded = rss();

const known = new Map();
const note = (node) => {
  known.set(node.currentState.reference, node);
  for (const child of node.currentState.children ?? []) note(child);
};
note(instance.root);
const range = () => {
  const find = (node) => {
    if (node.nodeType.startsWith('repeat-range') && node.currentState.reference === plan.repeat) return node;
    for (const child of node.currentState.children ?? []) {
      const found = find(child);
      if (found) return found;
    }
    return null;
  };
  return find(instance.root);
};
const repeat = range();
const set = (place, value) => {
  const node = known.get(place);
  if (node === undefined) throw new Error(`no node ${place}`);
  if (node.nodeType === 'select') node.selectValues(value === '' ? [] : value.split(' '));
  else if (node.valueType === 'int') node.setValue(value === '' ? null : BigInt(value));
  else if (node.valueType === 'decimal') node.setValue(value === '' ? null : Number(value));
  else node.setValue(value);
};
const totals = () => Object.fromEntries(plan.watch.map((place) => [place, String(known.get(place)?.currentState.value ?? '')]));

const adds = [];
const fills = [];
for (const [what, place, value] of plan.fill) {
  if (what === 'add') {
    const count = repeat.currentState.children.length;
    if (count >= place) continue;
    adds.push((await timed(() => repeat.addInstances()))[0]);
    note(repeat.currentState.children[count]);
  } else fills.push((await timed(() => set(place, value)))[0]);
}
const filled = totals();
const toggles = [];
for (const [place, one, other] of plan.toggle) {
  toggles.push((await timed(() => set(place, one)))[0]);
  toggles.push((await timed(() => set(place, other)))[0]);
}
console.log(JSON.stringify({ loads, open, adds, fills, toggles, filled, totals: totals(), rss_loaded: loaded, rss: rss() }));

// Prints what Node.js's resolution reaches in an installed workspace: by member, from the names that it declares, then from the packages' own folders.
// Run with `.pnp.cjs` loaded, Plug'n'Play resolves. Arguments: the workspace's folder, and as JSON: the members' folders, and what the manager lets packages require beside.
const { createHash } = require('crypto');
const fs = require('fs');
const path = require('path');

const root = fs.realpathSync(process.argv[2]);
const { members, extensions } = JSON.parse(process.argv[3]);
const pnp = process.versions.pnp === undefined ? undefined : require('module').findPnpApi(`${root}/`);
const own = new Map(members.map((folder) => [path.join(root, folder), folder]));
const ownNames = new Set(members.map((folder) => JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8')).name));
const described = new Map();

function resolve(name, from) {
  if (pnp !== undefined) {
    try {
      return pnp.resolveToUnqualified(name, `${from}/`, { considerBuiltins: false });
    } catch {
      return undefined;
    }
  }
  for (let at = from; at.startsWith(root); at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules', name);
    if (fs.existsSync(path.join(candidate, 'package.json'))) {
      return fs.realpathSync(candidate);
    }
  }
  return undefined;
}

// One package may be there several times, with other packages around it: its location stands for it, without the slash that Plug'n'Play ends it with.
const locationOf = (folder) => folder.replace(/\/+$/, '');
const memberAt = (location) => own.get(pnp === undefined ? location : locationOf(pnp.resolveVirtual(location) ?? location));

function describe(location) {
  let known = described.get(location);
  if (known === undefined) {
    const manifest = fs.readFileSync(path.join(location, 'package.json'), 'utf8');
    const content = createHash('sha256').update(manifest).update(fs.readFileSync(path.join(location, 'index.js'))).digest('hex');
    const { name, version, dependencies, optionalDependencies, peerDependencies } = JSON.parse(manifest);
    known = {
      // What is in a copy of a member is that one's own affair; what it requires there is not.
      id: ownNames.has(name) ? `copy: ${name}` : `${name}@${version} ${content.slice(0, 16)}`,
      names: [...Object.keys({ ...dependencies, ...optionalDependencies }), ...Object.keys(extensions[name] ?? {})],
      peers: Object.keys(peerDependencies ?? {}),
    };
    described.set(location, known);
  }
  return known;
}

function reach(folder, withPeers) {
  const start = path.join(root, folder);
  const manifest = JSON.parse(fs.readFileSync(path.join(start, 'package.json'), 'utf8'));
  const reached = new Map();
  const seen = new Set();
  const declared = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies, ...(withPeers ? manifest.peerDependencies : {}) };
  const queue = Object.keys(declared).map((name) => ({ name, from: start }));
  for (const { name, from } of queue) {
    const found = resolve(name, from);
    const location = found === undefined ? undefined : locationOf(found);
    if (location === undefined) {
      reached.set(`nothing: ${from === start ? '' : describe(from).id} > ${name}`, 0);
      continue;
    }
    const member = memberAt(location);
    if (member !== undefined) {
      // What another member reaches is its own affair.
      reached.set(`member: ${member}`, 0);
      continue;
    }
    if (seen.has(location)) {
      continue;
    }
    seen.add(location);
    const { id, names, peers } = describe(location);
    reached.set(id, 0);
    queue.push(...[...names, ...withPeers ? peers : []].map((next) => ({ name: next, from: location })));
  }
  return [...reached.keys()].sort();
}

process.stdout.write(JSON.stringify(Object.fromEntries(members.map((folder) => [folder, { all: reach(folder, true), withoutPeers: reach(folder, false) }]))));

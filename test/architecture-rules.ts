import ts from 'typescript'

/** A source file by its path from the root of the repository. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The modules in the order in which they may use each other; ARCHITECTURE.md says why. `adapters` holds one per folder. */
export const moduleUses: Readonly<
  Record<string, { readonly any: readonly string[]; readonly types?: readonly string[] }>
> = {
  core: { any: [] },
  dockerfile: { any: ['core'] },
  ignore: { any: ['core'] },
  oci: { any: ['core'] },
  archive: { any: ['core'] },
  fileset: { any: ['core', 'archive', 'ignore'] },
  graph: { any: ['core', 'dockerfile', 'oci'] },
  elf: { any: [] },
  inventory: { any: ['core', 'fileset', 'elf'] },
  editing: { any: ['core', 'dockerfile'] },
  bases: { any: ['core', 'dockerfile', 'oci', 'graph'] },
  versions: { any: [] },
  shell: { any: ['core'] },
  sbom: { any: ['core', 'oci'], types: ['inventory'] },
  vulnerabilities: { any: ['core', 'versions'], types: ['inventory'] },
  closure: { any: ['core', 'oci', 'fileset', 'elf', 'inventory', 'shell'] },
  analysis: {
    any: ['core', 'oci', 'archive', 'fileset', 'elf', 'inventory'],
    types: ['closure', 'vulnerabilities'],
  },
  bake: { any: ['core', 'oci'] },
  hardening: { any: ['core', 'oci', 'fileset'] },
  diagnose: { any: ['core', 'fileset', 'elf', 'inventory'] },
  caches: { any: ['core', 'fileset'] },
  compare: { any: ['core', 'archive', 'oci', 'fileset', 'elf', 'inventory'], types: ['vulnerabilities', 'analysis'] },
  plan: { any: ['core', 'dockerfile', 'ignore', 'oci', 'graph', 'fileset'] },
  solver: { any: ['core', 'oci', 'archive', 'fileset', 'plan'] },
  why: { any: ['core'] },
  fixing: { any: ['core', 'dockerfile', 'ignore', 'editing'] },
  audit: { any: ['core', 'dockerfile', 'ignore', 'oci', 'graph', 'editing', 'bases'] },
  project: { any: ['core', 'ignore', 'shell'] },
  pitfalls: {
    any: [
      'core',
      'dockerfile',
      'ignore',
      'oci',
      'archive',
      'fileset',
      'graph',
      'elf',
      'editing',
      'bases',
      'caches',
      'diagnose',
      'shell',
      'project',
      'fixing',
      'analysis',
    ],
  },
  editor: { any: ['core', 'dockerfile'] },
  attest: { any: ['core', 'oci', 'plan', 'sbom'], types: ['inventory'] },
  report: {
    any: ['core'],
    types: [
      'dockerfile',
      'ignore',
      'oci',
      'archive',
      'fileset',
      'graph',
      'inventory',
      'compare',
      'diagnose',
      'plan',
      'solver',
      'why',
      'audit',
      'pitfalls',
      'project',
      'attest',
      'bases',
      'fixing',
      'closure',
      'vulnerabilities',
      'analysis',
      'sbom',
      'hardening',
    ],
  },
  adapters: { any: ['core', 'versions', 'ignore', 'oci', 'archive', 'fileset'], types: ['solver', 'plan'] },
  app: {
    any: [
      'core',
      'versions',
      'dockerfile',
      'ignore',
      'oci',
      'archive',
      'fileset',
      'graph',
      'editing',
      'fixing',
      'bases',
      'elf',
      'inventory',
      'compare',
      'caches',
      'diagnose',
      'plan',
      'solver',
      'why',
      'audit',
      'shell',
      'project',
      'pitfalls',
      'editor',
      'attest',
      'closure',
      'vulnerabilities',
      'analysis',
      'sbom',
      'bake',
      'hardening',
      'report',
      'adapters',
    ],
  },
  cli: { any: ['core', 'report', 'app'] },
}

const impureModules: readonly string[] = ['adapters', 'app', 'cli']
const forbiddenBuiltins = /^(node:)?(fs|net|http|https|http2|child_process|os|worker_threads|dgram|tls|process)(\/|$)/
const forbiddenNames = /^(process|console)$/
const forbiddenCalls: readonly string[] = ['Date.now', 'Math.random', 'performance.now']

/** Everything that breaks the rules, as sentences that name file and reason. */
export function architectureViolations(files: readonly SourceFile[]): readonly string[] {
  const sources = files.filter((file) => file.path.startsWith('src/') && file.path.endsWith('.ts'))
  const imports = sources.flatMap((file) => importsOf(file))
  return [
    ...imports.flatMap((edge) => edgeViolation(edge) ?? []),
    ...sources.filter((file) => !isTest(file.path) && isPure(file.path)).flatMap((file) => impurities(file)),
    ...cycles(imports.filter((edge) => edge.to !== undefined)),
  ]
}

interface Import {
  readonly from: string
  /** As written. */
  readonly specifier: string
  /** The path it means, for relative imports. */
  readonly to?: string
  readonly typeOnly: boolean
}

/** The imports and re-exports of a file, type imports and `import()` included. */
export function importsOf(file: SourceFile): readonly Import[] {
  const typeOnly = typeOnlySpecifiers(file)
  return ts.preProcessFile(file.text, true, true).importedFiles.map(({ fileName, pos }) => {
    const to = fileName.startsWith('.') ? resolved(file.path, fileName) : undefined
    return { from: file.path, specifier: fileName, typeOnly: typeOnly.has(pos), ...(to === undefined ? {} : { to }) }
  })
}

/** Positions of specifiers whose import or export brings types only: `import type`, or `type` before every name. */
function typeOnlySpecifiers(file: SourceFile): ReadonlySet<number> {
  const positions = new Set<number>()
  for (const statement of ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest).statements) {
    if (ts.isImportDeclaration(statement) && clauseIsType(statement.importClause))
      positions.add(statement.moduleSpecifier.end)
    if (ts.isExportDeclaration(statement) && exportIsType(statement) && statement.moduleSpecifier !== undefined) {
      positions.add(statement.moduleSpecifier.end)
    }
  }
  // preProcessFile counts from the opening quote: compare by the end of the specifier.
  const byStart = new Set<number>()
  for (const { fileName, pos } of ts.preProcessFile(file.text, true, true).importedFiles) {
    if (positions.has(pos + fileName.length + 2) || positions.has(pos + fileName.length + 1)) byStart.add(pos)
  }
  return byStart
}

function clauseIsType(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const names = clause.namedBindings
  return (
    clause.name === undefined &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.every((name) => name.isTypeOnly)
  )
}

function exportIsType(statement: ts.ExportDeclaration): boolean {
  const names = statement.exportClause
  return (
    statement.isTypeOnly ||
    (names !== undefined && ts.isNamedExports(names) && names.elements.every((name) => name.isTypeOnly))
  )
}

function edgeViolation(edge: Import): string | undefined {
  if (edge.to === undefined) return undefined
  if (!edge.to.startsWith('src/'))
    return edge.from.endsWith('.test.ts') ? undefined : `${edge.from} imports ${edge.specifier}, which is outside src`
  const from = unitOf(edge.from)
  const to = unitOf(edge.to)
  if (from === to) return undefined
  if (edge.to !== `${to}/index.ts`) return `${edge.from} reaches past the door of ${to}: ${edge.specifier}`
  if (isTest(edge.from)) return undefined
  const [fromModule = '', toModule = ''] = [moduleOf(edge.from), moduleOf(edge.to)]
  if (fromModule === 'adapters' && toModule === 'adapters')
    return `${edge.from} imports another adapter: ${edge.specifier}`
  const uses = moduleUses[fromModule]
  if (uses === undefined) return `${edge.from} is in a module without a rank: ${fromModule}`
  if (uses.any.includes(toModule) || (edge.typeOnly && uses.types?.includes(toModule) === true)) return undefined
  const rule = uses.types?.includes(toModule) === true ? 'may only import types of' : 'must not import'
  return `${edge.from}: ${fromModule} ${rule} ${toModule}`
}

/** Uses of the world in a pure file. */
function impurities(file: SourceFile): readonly string[] {
  const found: string[] = []
  for (const { specifier } of importsOf(file)) {
    if (forbiddenBuiltins.test(specifier)) found.push(`${file.path} is pure and imports ${specifier}`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const name = `${node.expression.text}.${node.name.text}`
      if (forbiddenCalls.includes(name)) found.push(`${file.path} is pure and uses ${name}`)
    }
    if (ts.isIdentifier(node) && forbiddenNames.test(node.text) && isFreeName(node))
      found.push(`${file.path} is pure and uses ${node.text}`)
    if (
      ts.isNewExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'Date' &&
      (node.arguments?.length ?? 0) === 0
    ) {
      found.push(`${file.path} is pure and reads the clock`)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true))
  return found
}

/** `process` as a variable of the program, not as the name of a member or of something declared here. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  const declares =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isMethodDeclaration(parent)
  return !(declares && parent.name === node)
}

/** Circles among files; every circle is named once, from its first file in the alphabet. */
function cycles(imports: readonly Import[]): readonly string[] {
  const next = new Map<string, readonly string[]>()
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to ?? ''])
  const state = new Map<string, 'open' | 'done'>()
  const found = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      found.add(circleName(path.slice(path.indexOf(file))))
      return
    }
    state.set(file, 'open')
    for (const target of next.get(file) ?? []) visit(target, [...path, file])
    state.set(file, 'done')
  }
  for (const file of [...next.keys()].sort()) visit(file, [])
  return [...found]
}

function circleName(circle: readonly string[]): string {
  const first = [...circle].sort()[0] ?? ''
  const turned = [...circle.slice(circle.indexOf(first)), ...circle.slice(0, circle.indexOf(first)), first]
  return `circle: ${turned.join(' -> ')}`
}

/** `src/core`, `src/adapters/registry`. */
function unitOf(path: string): string {
  const parts = path.split('/')
  return parts[1] === 'adapters' ? parts.slice(0, 3).join('/') : parts.slice(0, 2).join('/')
}

function moduleOf(path: string): string | undefined {
  return path.split('/')[1]
}

function isPure(path: string): boolean {
  return !impureModules.includes(moduleOf(path) ?? '')
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

function resolved(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

// What TypeScript files import is rewritten so that programs start faster; it means the same. Imports through the door of a
// module (its index.ts) go to the file behind it: who needs one function does not evaluate all files of its module. Modules of
// Node are taken as they are; esbuild would copy all their members for every file that imports one.
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const importThroughDoor = /^import \{([^}]*)\} from '(\.[^']*\/index\.ts)'$/gm
const importOfNode = /^import (?:\* as )?(\w+) from '(node:[^']+)'$/gm
const statementOfDoor = /^export (?:type )?(?:\{([^}]*)\}|\*) from '(\.[^']+)'$/gm

/** For esbuild: bundles the TypeScript below `directory`, where modules do nothing but define. */
export function directImports(directory) {
  const doors = new Map()
  return {
    name: 'direct imports',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path.startsWith(directory)
          ? { contents: withDirectImports(readFileSync(path, 'utf8'), path, doors), loader: 'ts' }
          : undefined,
      )
    },
  }
}

/** The text of a file with imports of the files that define what it needs. Lines keep their numbers. */
export function withDirectImports(text, path, doors = new Map()) {
  const plain = text.replace(importOfNode, "import $1 = require('$2')")
  return plain.replace(importThroughDoor, (statement, names, specifier) => {
    const places = doorAt(join(dirname(path), specifier), doors)
    const direct = valuesIn(names).map(({ name, local }) => {
      const place = places.get(name)
      if (place === undefined) throw new Error(`${path}: ${specifier} exports no ${name}`)
      return `import { ${name} as ${local} } from '${relativeTo(dirname(path), place)}'`
    })
    return direct.join('; ') + '\n'.repeat(statement.split('\n').length - 1)
  })
}

/** Which file defines each value that a door exports. */
function doorAt(door, doors) {
  const known = doors.get(door)
  if (known !== undefined) return known
  const places = new Map()
  doors.set(door, places)
  const text = readFileSync(door, 'utf8')
  for (const [statement, names = '', specifier] of text.matchAll(statementOfDoor)) {
    if (statement.startsWith('export type')) continue
    if (names === '') throw new Error(`${door}: a door names what it exports`)
    const file = join(dirname(door), specifier)
    for (const { name, local } of valuesIn(names)) {
      if (name !== local) throw new Error(`${door}: exports ${name} under another name`)
      places.set(name, file)
    }
  }
  return places
}

/** Types are gone when a program runs. */
function valuesIn(list) {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && !item.startsWith('type '))
    .map((item) => {
      const [name, local = name] = item.split(' as ')
      return { name, local }
    })
}

function relativeTo(directory, file) {
  const path = relative(directory, file)
  return path.startsWith('.') ? path : `./${path}`
}

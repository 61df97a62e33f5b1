import type { PythonRequirement } from '../project.ts'
import type { Wanted } from './python-tables.ts'
import { normalized, parseRequirement } from './requirement.ts'

/** The dependencies of an environment.yml, those of pip included. Its lists are plain: one item on a line. */
export function condaRequirements(yaml: string): Wanted | undefined {
  const start = /^dependencies:[ \t]*(?:#.*)?$/m.exec(yaml)
  if (start === null) return undefined
  const requirements: PythonRequirement[] = []
  let pipIndent: number | undefined
  for (const line of yaml.slice(start.index + start[0].length).split(/\r?\n/)) {
    if (/^\S/.test(line) && !line.startsWith('-') && !line.startsWith('#')) break
    const item = /^(\s*)-\s*['"]?([^'"#]*?)['"]?\s*(?:#.*)?$/.exec(line)
    const [, indent = '', text = ''] = item ?? []
    if (item === null || text === '') continue
    if (pipIndent !== undefined && indent.length <= pipIndent) pipIndent = undefined
    if (text === 'pip:') pipIndent = indent.length
    else
      requirements.push(
        ...[pipIndent === undefined ? condaRequirement(text) : parseRequirement(text)].filter(
          (each) => each !== undefined,
        ),
      )
  }
  return { requirements, devRequirements: [], tool: 'conda' }
}

/** `numpy=1.26.4`, `conda-forge::numpy=1.26.4=py311_0`, `python>=3.11`. */
function condaRequirement(text: string): PythonRequirement | undefined {
  const found = /^(?:[\w.-]+::)?([A-Za-z0-9_][\w.-]*)\s*(.*)$/.exec(text)
  if (found?.[1] === undefined) return undefined
  return { name: normalized(found[1]), text, pinned: /^={1,2}\s*\d[\w.]*(?:=[\w.]+)?$/.test(found[2]?.trim() ?? '') }
}

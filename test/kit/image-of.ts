import type { LayerEntry } from '../../src/archive/index.ts'
import { type ImageFacts, imageFacts, type ImageLayer } from '../../src/pitfalls/index.ts'
import { elfWithSymbols } from './elf-with-symbols.ts'

/**
 * An image in words, one thing in a line: who brings it (`base`, or the line of the Dockerfile), its mode, its size or its
 * text, its path. Lines without one of these say what the image starts, as in a Dockerfile.
 *
 *     base    0755  1 MB                 /bin/sh
 *     line 3  4755  900 KB               /srv/tool
 *     line 3  0600  "TOKEN=abc\n"        /srv/.env
 *     line 3  0755  2 MB symbols         /srv/app
 *     line 3  link  /bin/busybox         /bin/sh
 *     line 3  1777  directory            /srv/tmp
 *     line 4  gone                       /srv/.env
 *     entrypoint ["/srv/app"]
 */
export function imageOf(text: string): ImageFacts {
  const layers = new Map([['base', newLayer()]])
  const config: Record<string, unknown> = {}
  for (const row of text.split('\n').map((one) => one.trim())) {
    const setting = /^(entrypoint|cmd|env|workdir|volume)\s+(.*)$/.exec(row)
    if (setting !== null) set(config, setting[1] ?? '', setting[2] ?? '')
    else if (row !== '') write(layers, row)
  }
  const found = [...layers].map(([name, layer]): ImageLayer => {
    const line = Number(/\d+/.exec(name)?.[0])
    return {
      ...(name === 'base' ? {} : { line }),
      instruction: name,
      entries: layer.entries,
      read: (path, { offset, length }) => layer.contents.get(path)?.subarray(offset, offset + length),
    }
  })
  return imageFacts({ config, layers: found })
}

interface Written {
  readonly entries: LayerEntry[]
  readonly contents: Map<string, Uint8Array>
}

function newLayer(): Written {
  return { entries: [], contents: new Map() }
}

const row = /^(base|line \d+)\s+(gone|link|[0-7]{4})\s+(?:(?:("(?:[^"\\]|\\.)*")|(\S.*?))\s+)?(\/\S+)$/

function write(layers: Map<string, Written>, text: string): void {
  const [, name = '', mode = '', quoted, what = '', absolute = ''] = row.exec(text) ?? []
  if (name === '') throw new Error(`not a line of an image: ${text}`)
  const layer = layers.get(name) ?? newLayer()
  layers.set(name, layer)
  const path = absolute.slice(1)
  const plain = { path, uid: 0, gid: 0, size: 0, mtime: 0n, mode: 0o777 }
  if (mode === 'gone') layer.entries.push({ ...plain, kind: 'whiteout', mode: 0 })
  else if (mode === 'link') layer.entries.push({ ...plain, kind: 'symlink', linkname: what })
  else if (what === 'directory') layer.entries.push({ ...plain, kind: 'dir', mode: Number.parseInt(mode, 8) })
  else {
    const content = contentOf(quoted, what)
    const size = quoted === undefined ? bytesIn(what) : (content?.length ?? 0)
    if (content !== undefined) layer.contents.set(path, content)
    layer.entries.push({ ...plain, kind: 'file', mode: Number.parseInt(mode, 8), size })
  }
}

/** Of programs with symbols the head, which says how large those are. */
function contentOf(quoted: string | undefined, what: string): Uint8Array | undefined {
  if (quoted !== undefined) return Buffer.from(JSON.parse(quoted) as string)
  return what.endsWith('symbols') ? elfWithSymbols({ symbols: bytesIn(what) }) : undefined
}

function bytesIn(text: string): number {
  const [, number = '0', unit = 'B'] = /^([\d.]+) ?([KMG]?B)/.exec(text) ?? []
  return Math.round(Number(number) * ({ B: 1, KB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? 1))
}

function set(config: Record<string, unknown>, name: string, value: string): void {
  if (name === 'entrypoint') config['Entrypoint'] = JSON.parse(value)
  else if (name === 'cmd') config['Cmd'] = JSON.parse(value)
  else if (name === 'env') config['Env'] = [...((config['Env'] as string[] | undefined) ?? []), value]
  else if (name === 'workdir') config['WorkingDir'] = value
  else config['Volumes'] = { ...(config['Volumes'] as object | undefined), [value]: {} }
}

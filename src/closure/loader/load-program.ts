import { libcOfLoader } from '../../elf/index.ts'
import { compatiblePlatforms } from '../../oci/index.ts'
import type { Findings } from '../findings.ts'
import { libcHint, libraryHint, loaderHint, versionHint } from '../hints.ts'
import type { ElfFile, Root } from '../root.ts'
import { libcInWords, libcsOf } from './libc.ts'
import { missingSymbol } from './missing-symbol.ts'
import { type LoadedObject, type SearchPath, searchPath } from './search-path.ts'
import { missingVersions } from './versions.ts'

/** What the loader works for. */
export interface Loading {
  readonly root: Root
  readonly findings: Findings
}

/** A process whose program and libraries are known. */
export interface Process {
  /** Loads one more library, as dlopen does. */
  load(path: string): void
}

/**
 * Loads an ELF program as the kernel and its loader do, and says what they do not find. Undefined for static programs, which load
 * nothing, and for those that cannot be started.
 */
export function loadProgram(
  loading: Loading,
  program: { readonly path: string; readonly elf: ElfFile; readonly env: Readonly<Record<string, string>> },
): Process | undefined {
  const { root, findings } = loading
  const { path, elf, env } = program
  if (!fits(loading, path, elf) || elf.interpreter === undefined) return undefined
  const loader = root.find(elf.interpreter)
  const libc = libcOfLoader(elf.interpreter)
  if (loader === undefined) {
    missingLoader(loading, path, elf.interpreter)
    return undefined
  }
  findings.reach(loader.path)
  if (libc === undefined || elf.dynamic === undefined) {
    findings.doubt(`the libraries of /${path} are not known: its loader ${elf.interpreter} is not`)
    return undefined
  }
  const offers = root.elf(loader.path)?.dynamic?.offers ?? []
  if (libc === 'glibc' && !offers.some((version) => version.startsWith('GLIBC_'))) {
    findings.doubt(`the libraries of /${path} are not known: ${elf.interpreter} is not glibc's loader`)
    return undefined
  }
  const main: LoadedObject = { path, name: path, elf }
  const search = searchPath(root, { libc, loader: loader.path, env, program: main })
  return startProcess(loading, { main, search, loader: loader.path })
}

/** Whether machines of the image's platform execute the file. */
function fits({ root, findings }: Loading, path: string, { architecture }: ElfFile): boolean {
  const { platform } = root.image
  if (compatiblePlatforms(platform).some((one) => one.architecture === architecture)) return true
  findings.gap({
    kind: 'architecture',
    severity: 'error',
    message: `/${path} is for ${architecture}, and the image is for ${platform.architecture}`,
    file: path,
    needs: architecture,
    hint: `build or download the one for ${platform.architecture}: TARGETARCH names the architecture of the image`,
  })
  return false
}

function missingLoader({ root, findings }: Loading, path: string, loader: string): void {
  const libc = libcOfLoader(loader)
  const others = libcsOf(root)
  const isOther = libc !== undefined && others.length > 0 && !others.includes(libc)
  findings.gap({
    kind: isOther ? 'libc' : 'interpreter',
    severity: 'error',
    message: isOther
      ? `/${path} is built for ${libc} and wants its loader ${loader}; ${libcInWords(root)}`
      : `/${path} is linked dynamically and wants the loader ${loader}, which is not in the image`,
    file: path,
    needs: loader,
    hint: isOther ? libcHint(libc, others) : loaderHint(root, path),
  })
}

interface Running {
  readonly main: LoadedObject
  readonly search: SearchPath
  readonly loader: string
}

function startProcess(loading: Loading, running: Running): Process {
  const { root, findings } = loading
  const loaded = new Map<string, LoadedObject>()
  const later: LoadedObject[] = []
  const loader = root.elf(running.loader)
  if (loader !== undefined) {
    const object = { path: running.loader, name: running.loader, elf: loader }
    loaded.set(running.loader.split('/').at(-1) ?? '', object)
    if (loader.dynamic?.soname !== undefined) loaded.set(loader.dynamic.soname, object)
  }
  const add = (object: LoadedObject): void => {
    findings.reach(object.path)
    const queue = [object]
    for (const one of queue) {
      later.push(one)
      for (const name of one.elf.dynamic?.needed ?? []) {
        if (loaded.has(name) || isMuslItself(running.search, name)) continue
        const found = findLibrary(loading, running, { name, by: one })
        if (found === undefined) continue
        loaded.set(name, found)
        if (found.elf.dynamic?.soname !== undefined) loaded.set(found.elf.dynamic.soname, found)
        findings.reach(found.path)
        queue.push(found)
      }
    }
    for (const one of later.splice(0)) checkObject(loading, running, { object: one, loaded })
  }
  add(running.main)
  return {
    load: (path) => {
      const elf = root.elf(path)
      if (elf === undefined || !fits(loading, path, elf)) return
      add({ path, name: path, elf, by: running.main })
    },
  }
}

/** musl answers to the names of its parts by itself, whatever follows them: `libc.so.6` of glibc, too. */
function isMuslItself({ libc }: SearchPath, name: string): boolean {
  return libc === 'musl' && /^lib(?:c|pthread|rt|m|dl|util|xnet)\./.test(name)
}

interface Wanted {
  readonly name: string
  readonly by: LoadedObject
}

/** The library that the loader takes; a gap when there is none. */
function findLibrary(loading: Loading, { main, search }: Running, { name, by }: Wanted): LoadedObject | undefined {
  const { root, findings } = loading
  const candidates = name.includes('/') ? [name] : search.candidates(name, by)
  for (const candidate of candidates) {
    const found = root.find(candidate)
    if (found?.node.kind !== 'file') continue
    const elf = root.elf(found.path)
    if (elf === undefined) {
      if (root.head(found.path) === undefined) return undefined
      continue
    }
    // The loader passes over libraries of other machines.
    if (elf.architecture !== main.elf.architecture || elf.bits !== main.elf.bits) continue
    return { path: found.path, name: candidate.replace(/^\//, ''), elf, by }
  }
  missingLibrary({ root, findings }, { main, search, candidates }, { name, by })
  return undefined
}

interface Missed {
  readonly main: LoadedObject
  readonly search: SearchPath
  readonly candidates: readonly string[]
}

function missingLibrary({ root, findings }: Loading, { main, search, candidates }: Missed, { name, by }: Wanted): void {
  const who = by.path === main.path ? `/${by.path}` : `/${by.path}, which /${main.path} loads,`
  const broken = candidates.map((path) => root.brokenLink(path)).find((link) => link !== undefined)
  if (broken !== undefined) {
    const target = broken.node.linkname ?? ''
    findings.gap({
      kind: 'link',
      severity: 'error',
      message: `${who} needs ${name}; /${broken.path} is a link to ${target}, which is not in the image`,
      file: broken.path,
      needs: name,
      hint: `copy what the link leads to as well: ${target}`,
    })
    return
  }
  const [there] = root.named(name)
  const isOtherLibc = search.libc === 'glibc' && name.startsWith('libc.musl-')
  findings.gap({
    kind: isOtherLibc ? 'libc' : 'library',
    severity: 'error',
    message: isOtherLibc
      ? `/${by.path} is built for musl; /${main.path} runs with glibc`
      : `${who} needs ${name}, which is not ${there === undefined ? 'in the image' : 'where the loader looks'}`,
    file: by.path,
    needs: name,
    hint: isOtherLibc ? libcHint('musl', ['glibc']) : libraryHint(root, search, { name, there }),
  })
}

/** Whether what an object wants of its libraries is there. */
function checkObject(
  { root, findings }: Loading,
  { main, search }: Running,
  { object, loaded }: { readonly object: LoadedObject; readonly loaded: ReadonlyMap<string, LoadedObject> },
): void {
  if (search.libc === 'glibc') {
    for (const { library, version, best } of missingVersions(object, loaded)) {
      const where = root.distribution === undefined ? '' : ` of ${root.distribution}`
      findings.gap({
        kind: 'symbol-version',
        severity: 'error',
        message: `/${object.path} needs ${version}; ${library}${where} ${best === undefined ? 'has no such version' : `has up to ${best}`}`,
        file: object.path,
        needs: version,
        hint: versionHint(root, version),
      })
    }
    return
  }
  if (!(object.elf.dynamic?.needed ?? []).some((name) => name === 'libc.so.6')) return
  const symbol = missingSymbol(root, { object, objects: [main, ...loaded.values()] })
  if (symbol === 'unknown')
    findings.doubt(`/${object.path} is built for glibc and runs with musl here: whether it can is not known`)
  else if (symbol !== undefined)
    findings.gap({
      kind: 'libc',
      severity: 'error',
      message: `/${object.path} is built for glibc and wants its function ${symbol}; ${libcInWords(root)}`,
      file: object.path,
      needs: symbol,
      hint: libcHint('glibc', ['musl']),
    })
}

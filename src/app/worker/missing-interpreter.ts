import { resolveInRoot, type TreeView } from '../../fileset/index.ts'

/**
 * The loader or script interpreter that a program names and the tree does not have, which the kernel reports as "no such
 * file" although the program is there. Undefined when nothing is missing or the file is neither ELF nor a script.
 */
export function missingInterpreter(tree: TreeView, program: string): string | undefined {
  const path = resolveInRoot(tree, program)
  if (typeof path !== 'string' || tree.node(path)?.kind !== 'file') return undefined
  const interpreter = interpreterOf(tree.read(path))
  if (interpreter === undefined) return undefined
  const found = resolveInRoot(tree, interpreter)
  return typeof found === 'string' && tree.node(found) !== undefined ? undefined : interpreter
}

/** In a sentence, with what to do about it. */
export function describeMissing(program: string, interpreter: string): string {
  const loader = /\/ld-[^/]*\.so|\/ld[^/]*\.so\.\d+$/.test(interpreter)
  return loader
    ? `${program} was linked dynamically and needs the loader ${interpreter}, which is not there; link it statically, or use a base with that C library`
    : `${program} is to be run by ${interpreter}, which is not there`
}

/** Whether a file is an ELF program that needs nothing else to start. */
export function isStatic(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === '\x7fELF' && interpreterOf(bytes) === undefined
}

const programInterpreter = 3

/** What `PT_INTERP` of an ELF file (https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html) or `#!` names. */
export function interpreterOf(bytes: Uint8Array): string | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length > 2 && file.toString('latin1', 0, 2) === '#!')
    return /^#![ \t]*(\S+)/.exec(file.toString('latin1', 0, 256))?.[1]
  if (file.length < 64 || file.toString('latin1', 0, 4) !== '\x7fELF' || file[5] !== 1) return undefined
  const wide = file[4] === 2
  const start = wide ? Number(file.readBigUInt64LE(32)) : file.readUInt32LE(28)
  const size = file.readUInt16LE(wide ? 54 : 42)
  const count = file.readUInt16LE(wide ? 56 : 44)
  for (let at = start; at < start + size * count; at += size) {
    if (at + size > file.length) return undefined
    if (file.readUInt32LE(at) !== programInterpreter) continue
    const offset = wide ? Number(file.readBigUInt64LE(at + 8)) : file.readUInt32LE(at + 4)
    const length = wide ? Number(file.readBigUInt64LE(at + 32)) : file.readUInt32LE(at + 16)
    return file.toString('latin1', offset, offset + length).replace(/\0.*$/s, '')
  }
  return undefined
}

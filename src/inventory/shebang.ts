/** The interpreter and its first argument that a `#!` line names, carriage returns kept; undefined for other files. */
export function readShebang(bytes: Uint8Array): readonly string[] | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256)).toString('latin1')
  const line = /^#![ \t]*([^\n]+)/.exec(text)?.[1]
  return line?.split(/[ \t]+/).filter((word) => word !== '')
}

/** Enough of a file for its ELF header and, but for a few odd files, for the table of its segments. */
export const elfHeadSize = 4096

/**
 * Whether a file may be a program or a library, by its name and mode: looking into every file of a large image would take
 * longer than all other questions about it. Object files and firmware are left out.
 */
export function mayBeProgram(path: string, { mode, size }: { readonly mode: number; readonly size: number }): boolean {
  return size >= 52 && ((mode & 0o111) !== 0 || /\.(so(\.[\d.]+)?|node)$/.test(path))
}

/** Objects, libraries, classes, and what build systems keep about them. */
const compiledName =
  /\.(?:o|obj|lo|a|so|so\.[\d.]+|rlib|rmeta|class|gch|pch|mod|hi|cmi|cmx|cmo|beam|dll|lib|exe|wasm|node)$/

/** Whether a file looks like the work of a compiler: by its name, or a program by its mode and the lack of an ending. */
export function isCompiled(name: string, mode: number): boolean {
  if (compiledName.test(name)) return true
  return (mode & 0o111) !== 0 && !name.includes('.')
}

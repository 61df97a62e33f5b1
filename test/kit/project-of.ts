import { describeProject, type ListedFile, type Project } from '../../src/project/index.ts'

/** A context in memory: files by their path, as their text or as a size in bytes. Its ignore file is among them. */
export function projectOf(files: Readonly<Record<string, string | number>>): Project {
  const directories = new Set(Object.keys(files).flatMap(parentsOf))
  const listed: ListedFile[] = [
    ...[...directories].map((path) => ({ path, kind: 'directory' as const, size: 0, executable: false })),
    ...Object.entries(files).map(([path, content]) => ({
      path,
      kind: 'file' as const,
      size: typeof content === 'number' ? content : Buffer.byteLength(content),
      executable: path.endsWith('.sh'),
    })),
  ]
  const name = ['Dockerfile.dockerignore', '.dockerignore'].find((one) => typeof files[one] === 'string')
  return describeProject(
    { files: listed, truncated: false },
    {
      ...(name === undefined ? {} : { ignore: { path: name, text: String(files[name]) } }),
      read: (path) => {
        const content = files[path]
        return typeof content === 'string' ? content : undefined
      },
    },
  )
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

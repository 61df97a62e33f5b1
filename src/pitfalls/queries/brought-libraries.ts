import type { StepModel } from '../facts.ts'
import { isWithin, withoutSlash } from './origins.ts'
import type { Libc } from './made-code.ts'

/** Directories in which the loader of a C library or shared libraries lie. */
const libraryTrees = /^\/(?:usr\/)?(?:local\/)?lib(?:32|64)?(?:\/[\w*$-]+-linux-(?:gnu|musl)\w*|\/\*-linux-gnu|\/\*)?$/

/** Whether a dynamic program finds its loader since COPY or RUN has brought it, alone or with all that is beside it. */
export function bringsLoader(history: readonly StepModel[], libc: Libc | undefined): boolean {
  const loader =
    libc === 'musl' ? /ld-musl|libc\.musl/ : libc === 'glibc' ? /ld-linux|libc\.so\.6/ : /ld-(?:musl|linux)/
  return history.some(({ transfer }) => {
    if (transfer === undefined) return false
    const destination = withoutSlash(transfer.destination)
    return transfer.sources.some(({ path, word }) => {
      if (loader.test(word.text) || loader.test(destination)) return true
      if (transfer.from.kind === 'context') return path === '' && destination === '/'
      return isWholeTree(path, destination)
    })
  })
}

/** `/usr/lib`, `/lib64`, a tree that goes over the root. */
function isWholeTree(path: string, destination: string): boolean {
  const from = withoutSlash(path.replace(/\/\*$/, ''))
  if (libraryTrees.test(from) && isWithin('/lib', destination.replace(/^\/usr/, '') || '/')) return true
  if (libraryTrees.test(from) && libraryTrees.test(destination)) return true
  // A directory that a stage has filled for the root, such as /runtime, /rootfs or /deps.
  return (
    destination === '/' &&
    !/\/(?:s?bin|release|debug|out|dist|target)\/[^/]+$/.test(from) &&
    !/\.\w+$/.test(from) &&
    isTreeName(from)
  )
}

function isTreeName(path: string): boolean {
  return (
    path === '/' ||
    /(?:root|rootfs|runtime|deps|libs?|sysroot|staging|fs|image|dist|export|install|chroot|layer|tree|libraries|dependencies|output|out|app)$/i.test(
      path,
    )
  )
}

/** Whether steps bring a shared library: the file, a directory that holds libraries, or all that `ldd` names. */
export function bringsLibrary(history: readonly StepModel[], stem: string): boolean {
  return history.some(({ transfer, command }) => {
    if (transfer !== undefined) {
      const destination = withoutSlash(transfer.destination)
      return transfer.sources.some(({ path, word }) => {
        if (
          word.text.includes(`${stem}.`) ||
          word.text.includes(`${stem}*`) ||
          (/\.so\b|\.so\*/.test(word.text) && /[*?]/.test(word.text))
        )
          return true
        if (transfer.from.kind === 'context') return /lib/.test(path) && libraryTrees.test(destination)
        const from = withoutSlash(path.replace(/\/\*$/, ''))
        return (
          isWholeTree(path, destination) ||
          libraryTrees.test(from) ||
          (libraryTrees.test(destination) && !/\.\w+$/.test(from))
        )
      })
    }
    return (command?.script.commands ?? []).some(({ args }) => args.some((arg) => arg.includes(stem)))
  })
}

import { grown, type ImageFacts } from './image-facts.ts'
import { official } from './image-family.ts'
import { debianNumber, type ImageTag } from './image-tag.ts'
import { bottomOf, certified, language, shapeOf, slimTag, smaller, versionVariable } from './platforms.ts'

/** `python` (github.com/docker-library/python): certificates in all variants; a compiler in the full one only. */
export const python = official(['python'], pythonImage)

/** The image for a tag of `python`; others are made from it. */
export function pythonImage(tag: ImageTag): ImageFacts {
  const bottom = certified(bottomOf(tag, 'python'))
  return grown(bottom, {
    ...language('python', 'runtime', tag.version),
    ...smaller(slimTag(tag, 'python')),
    programs: 'python python3 pip pip3 python3-config idle pydoc',
    libraries: `${used(bottom)} ${libpython(tag.version)}`,
    unsure: shapeOf(tag) === 'slim' ? 'libuuid libgdbm libdb-5.3 libnsl libtirpc' : '',
    env: { LANG: 'C.UTF-8', ...versionVariable('PYTHON_VERSION', tag.version) },
  })
}

/** What the interpreter's own modules link: ssl, sqlite3, ctypes, readline, curses. */
function used(bottom: ImageFacts): string {
  if (bottom.distribution === 'alpine') {
    return `libffi.so.8 libsqlite3.so.0 libreadline.so.8 libncursesw.so.6 libbz2.so.1 liblzma.so.5 libuuid.so.1 libexpat.so.1`
  }
  const ffi = (debianNumber(bottom.release) ?? 12) >= 12 ? 'libffi.so.8' : 'libffi.so.7'
  return `${ffi} libsqlite3.so.0 libreadline.so.8 libncursesw.so.6 libuuid.so.1 libgdbm.so.6`
}

function libpython(version: string | undefined): string {
  const minor = /^3\.\d+/.exec(version ?? '')?.[0]
  return minor === undefined ? '' : `libpython${minor}.so.1.0`
}

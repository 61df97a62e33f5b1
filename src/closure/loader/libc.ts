import { type Libc, libcOfLoader } from '../../elf/index.ts'
import type { Root } from '../root.ts'

const loaderDirectories = ['lib', 'lib64', 'usr/lib', 'usr/lib64']

/** The C libraries whose loaders an image has. Images with glibc may have musl beside it; Alpine may have gcompat. */
export function libcsOf(root: Root): readonly Libc[] {
  const found = new Set<Libc>()
  for (const directory of loaderDirectories) {
    const place = root.find(directory)?.path
    if (place === undefined) continue
    for (const name of root.image.view.names(place)) {
      const libc = libcOfLoader(`/${name}`)
      if (libc !== undefined && root.find(`${place}/${name}`) !== undefined) found.add(libc)
    }
  }
  return [...found]
}

/** What an image has for a C library, in words: `Alpine 3.20 has musl`. */
export function libcInWords(root: Root): string {
  const libcs = libcsOf(root)
  const who = root.distribution ?? 'this image'
  return libcs.length === 0 ? `${who} has no C library` : `${who} has ${libcs.join(' and ')}`
}

/** A C library with a loader of its own. */
export type Libc = 'glibc' | 'musl'

/** The C library that a loader belongs to, by its path; undefined for loaders of other systems. */
export function libcOfLoader(loader: string): Libc | undefined {
  if (/\/ld-musl-/.test(loader)) return 'musl'
  return /\/ld-linux|\/ld64\.so|\/ld\.so\.1$|\/ld-\d/.test(loader) ? 'glibc' : undefined
}

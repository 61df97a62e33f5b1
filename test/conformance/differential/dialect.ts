/** What the Dockerfile language of a reference knows. Random Dockerfiles keep to it: what it cannot read it cannot judge. */
export interface Dialect {
  /** Of the daemon, for the log. */
  readonly version: string
  /** Heredocs, `--link`, `--exclude`, symbolic `--chmod`, `${x#p}`, `${x/p/r}`, `${x?m}`. */
  readonly current: boolean
  /** `--parents` without `# syntax=`, since Dockerfile 1.20. */
  readonly parents: boolean
}

/** The BuildKit inside Docker 20.10 is of 2021 and reads Dockerfiles of version 1.2, that of 28 those of 1.19. */
export function dialectOf(version: string): Dialect {
  const major = Number.parseInt(version, 10)
  return { version, current: major >= 28, parents: major >= 29 }
}

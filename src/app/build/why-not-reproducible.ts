/** What is known of a difference between two builds. */
export interface BuildDifference {
  readonly timesOnly: boolean
  /** The first path that differs, without leading slash. */
  readonly path?: string
  /** SOURCE_DATE_EPOCH in seconds. */
  readonly epoch?: number
  /** The step that left the path keeps something from build to build. */
  readonly usesCacheMount: boolean
}

/** Kinds of files that are known to differ from build to build, and what helps. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /^var\/(cache|log|lib\/apt\/lists)(\/|$)/,
    'caches, logs and package lists hold times: remove them in the same RUN (rm -rf /var/cache/* /var/log/* /var/lib/apt/lists/*)',
  ],
  [
    /(^|\/)__pycache__(\/|$)|\.pyc$/,
    'Python writes times of sources into .pyc files: ENV PYTHONDONTWRITEBYTECODE=1, or ARG SOURCE_DATE_EPOCH above the step',
  ],
  [
    /\.(tar|tgz|gz|zip|jar|war|whl)$/,
    'archives hold times of their files: gzip -n, tar --sort=name --mtime=@$SOURCE_DATE_EPOCH, zip -X',
  ],
]
const anyCause =
  'usual causes are dates, random numbers and names of temporary files in what a step writes, and downloads that change\nARG SOURCE_DATE_EPOCH above the step shows the time to its programs'

/** What most likely makes two builds differ and what to do about it; a line for each thing. */
export function whyNotReproducible({ timesOnly, path, epoch, usesCacheMount }: BuildDifference): string {
  const cause = timesOnly ? undefined : (causes.find(([pattern]) => pattern.test(path ?? ''))?.[1] ?? anyCause)
  const lines = [
    ...(cause === undefined ? [] : [cause]),
    ...(usesCacheMount
      ? ['the step has a cache mount, which held what the first build left when the second one ran']
      : []),
    ...(epoch === undefined
      ? ['set SOURCE_DATE_EPOCH: without it every build has its own times, so no two images are the same']
      : []),
    ...(timesOnly && epoch !== undefined
      ? [
          `times up to SOURCE_DATE_EPOCH (${isoTime(epoch)}) stay as they are, and later ones with rewrite-timestamp=false`,
        ]
      : []),
  ]
  return lines.join('\n')
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

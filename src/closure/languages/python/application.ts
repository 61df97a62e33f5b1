import type { ImageFiles } from '../image-files.ts'
import { joinPath } from '../../../fileset/index.ts'

/** The module that a server is told to load. */
export interface Application {
  readonly module: string
  /** As the words have it. */
  readonly spec: string
  /** A directory that the server adds to the search. */
  readonly directory?: string
}

const servers = /^(gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|flask|celery)$/
const reference = /^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(\(.*\))?$/
/** Options of the servers whose value may look like a reference. */
const notReferences =
  /^(-c|--config|-n|--name|-k|--worker-class|--logger-class|--log-config|-b|--bind|--host|--loop|--http|--ws)$/

/** The application of `gunicorn app:app`, `uvicorn x.main:app`, `flask --app x run`, `celery -A x worker`. */
export function applicationOf(
  server: string,
  args: readonly string[],
  {
    env,
    cwd,
    files,
  }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string; readonly files: ImageFiles },
): Application | undefined {
  if (!servers.test(server)) return undefined
  const directory = optionValue(args, /^(--chdir|--app-dir|--workdir)$/)
  const place = directory === undefined ? {} : { directory }
  const ofSpec = (spec: string): Application => ({
    module: (spec.split(':')[0] ?? spec).replace(/\.py$/, ''),
    spec,
    ...place,
  })
  if (server === 'celery') {
    const app = optionValue(args, /^(-A|--app)$/)
    return app === undefined ? undefined : ofSpec(app)
  }
  if (server === 'flask') {
    const app = optionValue(args, /^(-A|--app)$/) ?? env['FLASK_APP']
    if (app !== undefined) return app.includes('/') || app.includes('(') ? undefined : ofSpec(app)
    const found = ['wsgi.py', 'app.py'].find((name) => files.file(joinPath(cwd, name)) !== undefined)
    return args.includes('run') ? ofSpec(found ?? 'app.py') : undefined
  }
  const spec = args.find((word, at) => reference.test(word) && !notReferences.test(args[at - 1] ?? ''))
  const last = args.at(-1) ?? ''
  const bare =
    /^[A-Za-z_][\w.]*$/.test(last) && server === 'gunicorn' && !(args.at(-2) ?? '').startsWith('-') ? last : undefined
  const chosen = spec ?? bare
  return chosen === undefined ? undefined : ofSpec(chosen)
}

function optionValue(args: readonly string[], option: RegExp): string | undefined {
  for (const [at, word] of args.entries()) {
    const [name = '', value] = word.split('=')
    if (option.test(name)) return value ?? args[at + 1]
  }
  return undefined
}

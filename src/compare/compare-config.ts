import type { RuntimeConfig } from '../oci/index.ts'

/** A setting of image configurations: a variable, a label, a port, or a member of its own. */
export interface Setting {
  /** As an instruction of a Dockerfile would be called: `ENV PATH`, `LABEL a.b`, `EXPOSE 80/tcp`, `USER`. */
  readonly name: string
  readonly value: string
}

/** A setting of which some images differ; `values` are parallel to the images, undefined where one has none. */
export interface SettingDifference {
  readonly name: string
  readonly values: readonly (string | undefined)[]
}

/**
 * The settings that are not the same in all configurations, in the order of `settingsOf`. `comparable` gives the form in
 * which a value of one of the images is compared.
 */
export function compareConfigs(
  configs: readonly RuntimeConfig[],
  comparable: (value: string, image: number) => string = (value) => value,
): readonly SettingDifference[] {
  const all = configs.map((config) => new Map(settingsOf(config).map(({ name, value }) => [name, value])))
  const names = new Set(all.flatMap((settings) => [...settings.keys()]))
  return [...names]
    .map((name) => ({ name, values: all.map((settings) => settings.get(name)) }))
    .filter(({ values }) => new Set(values.map((value, image) => value && comparable(value, image))).size > 1)
}

function settingsOf(config: RuntimeConfig): readonly Setting[] {
  const texts: readonly (readonly [string, string | undefined])[] = [
    ['USER', config.User],
    ['WORKDIR', config.WorkingDir],
    ['ENTRYPOINT', listText(config.Entrypoint)],
    ['CMD', listText(config.Cmd)],
    ['SHELL', listText(config.Shell)],
    ['STOPSIGNAL', config.StopSignal],
    ['HEALTHCHECK', config.Healthcheck === undefined ? undefined : JSON.stringify(config.Healthcheck)],
    ['ONBUILD', listText(config.OnBuild)],
  ]
  const single = texts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]))
  return [
    ...single,
    ...(config.Env ?? []).map((text) => pairOf('ENV', text)),
    ...Object.keys(config.ExposedPorts ?? {}).map((port) => ({ name: `EXPOSE ${port}`, value: port })),
    ...Object.keys(config.Volumes ?? {}).map((path) => ({ name: `VOLUME ${path}`, value: path })),
    ...Object.entries(config.Labels ?? {}).map(([name, value]) => ({ name: `LABEL ${name}`, value })),
  ]
}

function listText(words: readonly string[] | null | undefined): string | undefined {
  return words === null || words === undefined || words.length === 0 ? undefined : JSON.stringify(words)
}

function pairOf(kind: string, text: string): Setting {
  const equals = text.indexOf('=')
  return equals < 0
    ? { name: `${kind} ${text}`, value: '' }
    : { name: `${kind} ${text.slice(0, equals)}`, value: text.slice(equals + 1) }
}

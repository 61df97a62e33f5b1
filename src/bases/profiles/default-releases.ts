import { compareNumbers } from '../tag-version.ts'
import { versionNumbers } from './image-tag.ts'

/**
 * What a tag without a distribution stands on: from the named version on, the named release. A full version keeps what it
 * was last built on; `3.12` and `3` are what their newest is. Read from the history of
 * github.com/docker-library/official-images (every tag, June 2020 to August 2026).
 */
const steps: Readonly<Record<string, string>> = {
  node: `10.21.0 stretch 14.19.3 buster 15.0.0 stretch 16.0.0 buster 17.0.0 bullseye 18.16.0 bookworm 19.0.0 bullseye
    20.3.0 bookworm 26.0.0 trixie`,
  python: `3.5.9 buster 3.6.14 bullseye 3.7.7 buster 3.7.11 bullseye 3.7.17 bookworm 3.8.3 buster 3.8.11 bullseye
    3.8.17 bookworm 3.9.0 buster 3.9.6 bullseye 3.9.17 bookworm 3.9.23 trixie 3.10.0 bullseye 3.10.12 bookworm
    3.10.18 trixie 3.11.0 bullseye 3.11.4 bookworm 3.11.13 trixie 3.12.0 bookworm 3.12.11 trixie 3.13.0 bookworm
    3.13.6 trixie`,
  golang: `1.13.12 buster 1.16.7 bullseye 1.19.10 bookworm 1.20.0 bullseye 1.20.5 bookworm 1.24.6 trixie`,
  ruby: `2.5.8 buster 2.6.8 bullseye 2.7.1 buster 2.7.4 bullseye 3.0.0 buster 3.0.2 bullseye 3.1.4 bookworm 3.2.0 bullseye
    3.2.2 bookworm 3.2.9 trixie 3.3.0 bookworm 3.3.9 trixie 3.4.1 bookworm 3.4.5 trixie`,
  php: `7.2.31 buster 7.3.29 bullseye 7.4.6 buster 7.4.22 bullseye 8.0.0 buster 8.0.9 bullseye 8.1.20 bookworm
    8.1.33 trixie 8.2.0 bullseye 8.2.7 bookworm 8.2.29 trixie 8.3.0 bookworm 8.3.24 trixie 8.4.1 bookworm 8.4.11 trixie`,
  rust: `1.44.0 buster 1.55.0 bullseye 1.72.0 bookworm 1.89.0 trixie`,
  perl: `5.26.3 buster 5.30.3 bullseye 5.32.0 buster 5.32.1 bullseye 5.36.1 bookworm 5.38.5 trixie 5.40.0 bookworm
    5.40.3 trixie 5.42.0 trixie`,
  gcc: `8.4.0 buster 9.5.0 bullseye 10.3.0 buster 10.4.0 bullseye 12.3.0 bookworm 14.3.0 trixie 15.1.0 bookworm
    15.2.0 trixie`,
  nginx: `1.22.1 bullseye 1.25.1 bookworm 1.28.1 trixie 1.29.0 bookworm 1.29.2 trixie`,
  httpd: `2.4.48 buster 2.4.51 bullseye 2.4.57 bookworm 2.4.65 trixie`,
  redis: `5.0.9 buster 5.0.14 bullseye 6.0.4 buster 6.0.16 bullseye 6.0.19 bookworm 6.2.0 buster 6.2.6 bullseye
    6.2.12 bookworm 7.0.0 bullseye 7.0.11 bookworm 8.4.1 trixie`,
  haproxy: `2.2.16 bullseye 2.4.29 trixie 2.5.0 bullseye 2.6.22 trixie 2.7.11 bookworm 2.8.15 trixie 2.9.0 bookworm
    3.0.11 trixie 3.1.8 trixie 3.2.3 trixie`,
}

/** The release that an official image stands on when the tag names none: `bookworm`; undefined when it is not known. */
export function defaultRelease(image: string, version: string | undefined): string | undefined {
  const wanted = versionNumbers(version)
  const words = (steps[image] ?? '').split(/\s+/).filter(Boolean)
  let release: string | undefined
  for (let at = 0; at + 1 < words.length; at += 2) {
    if (compareNumbers(versionNumbers(words[at]), wanted) <= 0) release = words[at + 1]
  }
  return release
}

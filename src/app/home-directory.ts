import { homedir } from 'node:os'

/** The user's home; `/` for an id that no user database has and that is given no HOME, as shells and docker take it. */
export function homeDirectory(): string {
  try {
    return homedir()
  } catch {
    return '/'
  }
}

import { userInfo } from 'node:os'

/** Who runs this process. Containers and batch systems run programs as ids that no user database has: the id is the name then. */
export function currentUser(): { readonly name: string; readonly uid: number } {
  try {
    const { username, uid } = userInfo()
    return { name: username, uid }
  } catch {
    const uid = process.getuid?.() ?? 0
    return { name: String(uid), uid }
  }
}

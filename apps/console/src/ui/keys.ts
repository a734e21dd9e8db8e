/** One listener for the whole page; what a key does is looked up in the actions registered at that moment. */

/** True while keys belong to a text, an open dialog or an open menu. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return true
  const target = event.target
  if (!(target instanceof Element)) return false
  if (target.closest('dialog[open], [popover]:popover-open') !== null || document.querySelector('dialog[open]') !== null) return true
  return target.closest('textarea, select, [contenteditable="true"], input:not([type="checkbox"])') !== null
}

/** `mod+k` for Ctrl or Command, otherwise the character typed. */
export function nameOf(event: KeyboardEvent): string {
  const isMod = event.ctrlKey || event.metaKey
  return isMod ? `mod+${event.key.toLowerCase()}` : event.key
}

/** How long the second key of `g a` may take. */
const SEQUENCE_MS = 1200

/** `look` answers what a key or a sequence does, or `'prefix'` when a longer one begins with it. */
export function listen(look: (keys: string) => (() => void) | 'prefix' | undefined): () => void {
  let first = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const press = (event: KeyboardEvent): void => {
    const name = nameOf(event)
    if (event.altKey || (!name.startsWith('mod+') && isTyping(event))) return
    const found = look(first === '' ? name : `${first} ${name}`)
    clearTimeout(timer)
    first = ''
    if (found === undefined) return
    if (found === 'prefix') {
      first = name
      timer = setTimeout(() => (first = ''), SEQUENCE_MS)
      return
    }
    event.preventDefault()
    found()
  }
  document.addEventListener('keydown', press)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('keydown', press)
  }
}

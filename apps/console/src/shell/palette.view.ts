export type Hit = {
  readonly id: string
  readonly group: string
  readonly label: string
  readonly detail: string | undefined
  readonly key?: string | undefined
  readonly run: () => void
}

/** Every word of the question begins somewhere in the text. */
export function matches(text: string, question: string): boolean {
  const hay = text.toLowerCase()
  return question
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word))
}

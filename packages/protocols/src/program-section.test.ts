import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProgramMoved } from '@isthmus/model'
import { workIn } from './mime/content-room.ts'
import { edited, MovingBytes, newSectionRoom, type Section, take, tell } from './program-section.ts'
import { Recorder, wholeMoved } from './testing/recorder.ts'

const MIB = 1 << 20
const bytes = (length: number, value = 1) => new Uint8Array(length).fill(value)

/** What was told of a section that came in these parts. */
function told(parts: readonly Uint8Array[], meanwhile: (sink: Recorder) => void = () => undefined, isStart = true) {
  workIn(undefined, newSectionRoom())
  const sink = new Recorder()
  let section: Section | undefined
  for (const part of parts) {
    section = take(section, 'program.downloaded', 'OB1', 'block', part, true, sink, isStart)
    meanwhile(sink)
  }
  tell(section!, sink)
  const { bytes, hash, content } = sink.said.find((s) => s.kind === 'program.downloaded')!
  return { bytes, hash, content }
}

test('parts become one content, with the hash of all of it', () => {
  assert.deepEqual(told([Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)]), wholeMoved(Uint8Array.of(1, 2, 3)))
})

test('what was not seen whole has neither hash nor content', () => {
  const lost = { bytes: 4, hash: undefined, content: undefined }
  assert.deepEqual(
    told([bytes(2), bytes(2)], (sink) => sink.lacks++),
    lost,
  )
  assert.deepEqual(told([bytes(4)], undefined, false), lost)
})

test('a content that says that it is whole is, whatever else the capture lacks', () => {
  workIn(undefined, newSectionRoom())
  const sink = new Recorder()
  const moving = new MovingBytes('client', sink).update(Uint8Array.of(3, 1, 2)).lost()
  assert.deepEqual(
    moving.end(sink, (content) => content[0] === content.length),
    wholeMoved(Uint8Array.of(3, 1, 2)),
  )
})

test('beyond a megabyte there is a hash and no content', () => {
  const { hash, content, bytes: size } = told([bytes(MIB), bytes(1)])
  assert.deepEqual([size, hash?.length, content], [MIB + 1, 64, undefined])
  assert.ok(told([bytes(MIB)]).content !== undefined)
})

test('sections that never end do not take the room of those that do', () => {
  const room = newSectionRoom()
  workIn(undefined, room)
  const sink = new Recorder()
  const open = Array.from({ length: 20 }, (_, i) => new MovingBytes('client', sink).update(bytes(MIB, i)))
  const ended = open.map((moving) => moving.end(sink))
  assert.equal(ended.filter(({ content }) => content === undefined).length, 4)
  assert.ok(ended.every(({ hash }) => hash !== undefined))
  assert.ok(ended.slice(4).every(({ content }) => content !== undefined))
})

test("an edit's bytes are told as its own, not as the section's", () => {
  const sink = new Recorder()
  edited('MainRoutine', 'routine', Uint8Array.of(9, 9), true, sink)
  const [said] = sink.said
  const { bytes: size, content } = wholeMoved(Uint8Array.of(9, 9))
  assert.deepEqual(said, {
    kind: 'program.edited',
    section: 'MainRoutine',
    sectionType: 'routine',
    bytes: size,
    hash: undefined,
    content,
    user: undefined,
    ok: true,
  })
  assert.ok(isProgramMoved(said as never))
})

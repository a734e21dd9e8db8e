// Imported for its effect by what reads a capture and ends: the launcher's commands and the bench.
// V8 gives code to its best compiler once it has run for a while. Most captures are over before that has paid for itself:
// only what runs thirty times as long gets it. Figures: docs/adr/0013-compile-less.md.
import { setFlagsFromString } from 'node:v8'

setFlagsFromString('--invocation-count-for-turbofan=100000')

/** Programs and procedures of ONC RPC (RFC 1833, RFC 1094, RFC 1813, RFC 7530; IANA RPC program numbers). */
import type { Access } from '@isthmus/model'

export const PORTMAP = 100_000
export const NFS = 100_003
export const MOUNT = 100_005

export const PROGRAMS: Readonly<Record<number, string>> = {
  100000: 'portmap',
  100001: 'rstat',
  100002: 'rusers',
  100003: 'nfs',
  100004: 'nis',
  100005: 'mount',
  100007: 'nis bind',
  100008: 'wall',
  100009: 'nis passwd',
  100011: 'quota',
  100012: 'spray',
  100021: 'lock manager',
  100024: 'status',
  100026: 'bootparam',
  100068: 'calendar manager',
  100083: 'tooltalk',
  100227: 'nfs acl',
  100232: 'sadmind',
  150001: 'pc nfs',
  300019: 'automount',
  395183: 'vxi-11 core',
  395184: 'vxi-11 abort',
  395185: 'vxi-11 interrupt',
  536870919: 'nlockmgr',
}

export type Procedure = readonly [name: string, access: Access]

const read = (name: string): Procedure => [name, 'read']
const write = (name: string): Procedure => [name, 'write']
const identify = (name: string): Procedure => [name, 'identify']

/** By program, version (0: any) and number. */
export const PROCEDURES: Readonly<Record<string, readonly Procedure[]>> = {
  '100000.2': [
    identify('null'),
    ['set', 'configure'],
    ['unset', 'configure'],
    identify('getport'),
    identify('dump'),
    ['call it', 'control'],
  ],
  '100000.0': [
    identify('null'),
    ['set', 'configure'],
    ['unset', 'configure'],
    identify('getaddr'),
    identify('dump'),
    ['broadcast', 'control'],
    identify('gettime'),
  ],
  '100005.0': [
    identify('null'),
    ['mount', 'session'],
    identify('dump'),
    ['unmount', 'session'],
    ['unmount all', 'session'],
    identify('export'),
  ],
  '100003.2': [
    identify('null'),
    read('getattr'),
    write('setattr'),
    identify('root'),
    read('lookup'),
    read('readlink'),
    read('read'),
    write('write cache'),
    write('write'),
    write('create'),
    write('remove'),
    write('rename'),
    write('link'),
    write('symlink'),
    write('mkdir'),
    write('rmdir'),
    read('readdir'),
    read('statfs'),
  ],
  '100003.3': [
    identify('null'),
    read('getattr'),
    write('setattr'),
    read('lookup'),
    read('access'),
    read('readlink'),
    read('read'),
    write('write'),
    write('create'),
    write('mkdir'),
    write('symlink'),
    write('mknod'),
    write('remove'),
    write('rmdir'),
    write('rename'),
    write('link'),
    read('readdir'),
    read('readdirplus'),
    read('fsstat'),
    identify('fsinfo'),
    read('pathconf'),
    write('commit'),
  ],
  '100003.4': [identify('null'), read('compound')],
}

/** Procedures of NFS 3 whose arguments begin with a directory and a name. */
export const NAMED_3: ReadonlySet<number> = new Set([3, 8, 9, 10, 11, 12, 13, 14])
/** Whose arguments begin with a file. */
export const FILED_3: ReadonlySet<number> = new Set([1, 2, 4, 5, 6, 7, 15, 16, 17, 18, 19, 20, 21])
/** Whose answers begin with the new or found file. */
export const FINDS_3: ReadonlySet<number> = new Set([3, 8, 9, 10, 11])

/** Outcomes of NFS 3 and MOUNT 3 (RFC 1813 §2.6, §5.1.4). */
export const STATUS: Readonly<Record<number, string>> = {
  1: 'not owner',
  2: 'no such file',
  5: 'input or output error',
  13: 'permission denied',
  17: 'file exists',
  20: 'not a directory',
  21: 'is a directory',
  22: 'invalid argument',
  28: 'no space',
  30: 'read-only file system',
  63: 'name too long',
  66: 'directory not empty',
  69: 'quota exceeded',
  70: 'stale file handle',
  10001: 'bad handle',
  10004: 'not supported',
  10006: 'server fault',
}

/** Operations of NFS 4 with arguments of known size (RFC 7530 §16); others end what is read of a compound. */
export const OPERATIONS_4: Readonly<Record<number, string>> = {
  3: 'access',
  9: 'getattr',
  10: 'getfh',
  15: 'lookup',
  16: 'lookupp',
  22: 'putfh',
  23: 'putpubfh',
  24: 'putrootfh',
  25: 'read',
  28: 'remove',
  31: 'restorefh',
  32: 'savefh',
  53: 'sequence',
}

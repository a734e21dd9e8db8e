import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkOf } from './network.ts'

describe('the network of an address', () => {
  it('is the address for IPv4, however it is written, and the /64 for IPv6', () => {
    assert.equal(networkOf('10.1.2.3'), '10.1.2.3')
    assert.equal(networkOf('::ffff:10.1.2.3'), '10.1.2.3')
    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
    assert.equal(networkOf('2001:0DB8:1:2::ffff'), '2001:db8:1:2::/64')
    assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64')
    assert.equal(networkOf('::1'), '0:0:0:0::/64')
    assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
  })
})

//! One packet on a socket pair.
//!
//! Layout: a tag octet (0 the payload follows, 1 it is in the first descriptor), the id as eight
//! octets, most significant first, then the payload in postcard form.

use std::{
    cell::RefCell,
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
    SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg,
    sendmsg, socketpair,
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::net::UnixDatagram;

use super::{CallError, memory};

/// Octets of a payload that travel in the packet itself.
const INLINE_OCTETS_MAX: usize = 48 * 1024;
/// Octets of a payload that travel in a memory file.
const PAYLOAD_OCTETS_MAX: u64 = 64 * 1024 * 1024;
/// Descriptors of one packet, the payload's included.
const DESCRIPTORS_MAX: usize = 8;
/// Octets before the payload.
const HEADER_OCTETS: usize = 9;

/// A request or an answer.
#[derive(Debug)]
pub(crate) struct Packet {
    /// Chosen by the caller; the answer repeats it.
    pub(crate) id: u64,
    /// A message of `protocol`, in postcard form.
    pub(crate) payload: Vec<u8>,
    /// What goes with it.
    pub(crate) descriptors: Vec<OwnedFd>,
    /// Of one that was received: more came with it than could be taken, so it has none.
    pub(crate) lost: bool,
}

impl Packet {
    /// A packet to send.
    pub(crate) fn new(id: u64, payload: Vec<u8>, descriptors: Vec<OwnedFd>) -> Self {
        Self { id, payload, descriptors, lost: false }
    }
}

/// A connected pair of sockets, closed on exec.
///
/// # Errors
///
/// What the system says, such as too many open files.
pub(crate) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?)
}

/// A socket of a pair as the runtime watches it. The runtime has no type of its own for sockets
/// that keep packets apart and are connected; only its readiness is used, never its calls.
///
/// # Errors
///
/// What the system says.
pub(crate) fn watched(socket: OwnedFd) -> io::Result<UnixDatagram> {
    rustix::io::ioctl_fionbio(&socket, true)?;
    UnixDatagram::from_std(socket.into())
}

/// A message of `protocol` as octets.
///
/// # Errors
///
/// [`CallError::Malformed`], which no message of ours provokes.
pub(crate) fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, CallError> {
    postcard::to_stdvec(message).map_err(CallError::Malformed)
}

/// The message in `payload`.
///
/// # Errors
///
/// [`CallError::Malformed`] when it is not one.
pub(crate) fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, CallError> {
    postcard::from_bytes(payload).map_err(CallError::Malformed)
}

/// Sends one packet whole.
///
/// # Errors
///
/// `WouldBlock` on a non-blocking socket whose buffer is full; what the system says otherwise.
pub(crate) fn send(socket: BorrowedFd<'_>, packet: &Packet) -> io::Result<()> {
    let large = INLINE_OCTETS_MAX < packet.payload.len();
    let spilled = if large { Some(memory::sealed(&packet.payload)?) } else { None };
    let mut header = [u8::from(large), 0, 0, 0, 0, 0, 0, 0, 0];
    if let Some(id) = header.get_mut(1..) {
        id.copy_from_slice(&packet.id.to_be_bytes());
    }
    let inline = if large { &[] } else { packet.payload.as_slice() };
    let descriptors: Vec<BorrowedFd<'_>> =
        spilled.iter().chain(&packet.descriptors).map(AsFd::as_fd).collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_MAX))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "too many descriptors"));
    }
    let slices = [IoSlice::new(&header), IoSlice::new(inline)];
    sendmsg(socket, &slices, &mut ancillary, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Receives one packet; `None` when the other end is closed.
///
/// # Errors
///
/// `WouldBlock` on a non-blocking socket without a packet; `InvalidData` for one that is none of
/// ours; what the system says otherwise.
pub(crate) fn receive(socket: BorrowedFd<'_>) -> io::Result<Option<Packet>> {
    BUFFER.with_borrow_mut(|buffer| receive_into(socket, buffer))
}

thread_local! {
    /// Packets are much smaller as a rule; a new buffer for each would cost more than they do.
    static BUFFER: RefCell<Vec<u8>> =
        RefCell::new(vec![0; HEADER_OCTETS.saturating_add(INLINE_OCTETS_MAX)]);
}

fn receive_into(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<Option<Packet>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_MAX))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut slices = [IoSliceMut::new(buffer)];
    let received = recvmsg(socket, &mut slices, &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    let mut descriptors = Vec::new();
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            descriptors.extend(rights);
        }
    }
    if received.bytes == 0 {
        return Ok(None);
    }
    if received.flags.contains(ReturnFlags::TRUNC) {
        return Err(malformed());
    }
    let lost = received.flags.contains(ReturnFlags::CTRUNC);
    if lost {
        // This process has as many files open as it may, or the other sent more than anybody
        // does. The question fails for want of its descriptors; the line stays.
        descriptors.clear();
    }
    let buffer = buffer.get(..received.bytes).unwrap_or_default();
    Ok(Some(Packet { lost, ..open(buffer, descriptors)? }))
}

fn open(buffer: &[u8], mut descriptors: Vec<OwnedFd>) -> io::Result<Packet> {
    let (tag, rest) = buffer.split_first().ok_or_else(malformed)?;
    let (id, inline) = rest.split_first_chunk::<8>().ok_or_else(malformed)?;
    let payload = match tag {
        0 => inline.to_vec(),
        1 if !descriptors.is_empty() => memory::read(descriptors.remove(0), PAYLOAD_OCTETS_MAX)?,
        _ => return Err(malformed()),
    };
    Ok(Packet::new(u64::from_be_bytes(*id), payload, descriptors))
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a packet is not in the form of this program")
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io::Read};

    use super::*;

    #[test]
    fn small_and_large_packets_arrive_with_their_descriptors() {
        let (left, right) = pair().unwrap();
        for octets in [0, 1, INLINE_OCTETS_MAX, INLINE_OCTETS_MAX + 1, 1_000_000] {
            let passed = memory::sealed(b"beside").unwrap();
            let sent = Packet::new(7, vec![9; octets], vec![passed]);
            send(left.as_fd(), &sent).unwrap();
            let got = receive(right.as_fd()).unwrap().unwrap();
            assert_eq!((got.id, got.payload.len(), got.descriptors.len()), (7, octets, 1));
            let beside = got.descriptors.into_iter().next().unwrap();
            assert_eq!(memory::read(beside, 10).unwrap(), b"beside");
        }
    }

    #[test]
    fn a_closed_end_is_none() {
        let (left, right) = pair().unwrap();
        drop(left);
        assert!(receive(right.as_fd()).unwrap().is_none());
    }

    #[test]
    fn octets_that_are_no_packet_are_refused() {
        for octets in [&b"\x00"[..], b"\x02aaaaaaaa", b"\x01aaaaaaaa"] {
            assert!(open(octets, Vec::new()).is_err());
        }
        let mut unread = File::from(memory::sealed(b"x").unwrap());
        unread.read_to_end(&mut Vec::new()).unwrap();
    }
}

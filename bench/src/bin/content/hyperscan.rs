//! Hyperscan through five of its functions.

use std::{
    ffi::{CString, c_char, c_int, c_uint, c_ulonglong, c_void},
    ptr::{null, null_mut},
};

use anyhow::{Result, ensure};

const MODE_BLOCK: c_uint = 1;
const FLAG_CASELESS: c_uint = 1;
const FLAG_SINGLEMATCH: c_uint = 8;
const FLAG_UTF8: c_uint = 32;

type OnMatch =
    extern "C" fn(c_uint, c_ulonglong, c_ulonglong, c_uint, context: *mut c_void) -> c_int;

#[link(name = "hs")]
unsafe extern "C" {
    fn hs_compile_lit_multi(
        expressions: *const *const c_char,
        flags: *const c_uint,
        ids: *const c_uint,
        lengths: *const usize,
        elements: c_uint,
        mode: c_uint,
        platform: *const c_void,
        database: *mut *mut c_void,
        error: *mut *mut c_void,
    ) -> c_int;
    fn hs_compile_multi(
        expressions: *const *const c_char,
        flags: *const c_uint,
        ids: *const c_uint,
        elements: c_uint,
        mode: c_uint,
        platform: *const c_void,
        database: *mut *mut c_void,
        error: *mut *mut c_void,
    ) -> c_int;
    fn hs_alloc_scratch(database: *const c_void, scratch: *mut *mut c_void) -> c_int;
    fn hs_scan(
        database: *const c_void,
        text: *const c_char,
        length: c_uint,
        flags: c_uint,
        scratch: *mut c_void,
        on_match: OnMatch,
        context: *mut c_void,
    ) -> c_int;
}

/// A database with its scratch; both live as long as the program.
pub(crate) struct Database {
    database: *mut c_void,
    scratch: *mut c_void,
}

impl Database {
    pub(crate) fn of_literals(literals: &[String]) -> Result<Self> {
        let texts: Vec<*const c_char> = literals.iter().map(|it| it.as_ptr().cast()).collect();
        let lengths: Vec<usize> = literals.iter().map(String::len).collect();
        let (flags, ids, count) =
            (vec![0; texts.len()], numbers(texts.len()), texts.len() as c_uint);
        let (mut database, mut error) = (null_mut(), null_mut());
        // SAFETY: every array has `count` elements; texts are given with their lengths.
        let done = unsafe {
            hs_compile_lit_multi(
                texts.as_ptr(),
                flags.as_ptr(),
                ids.as_ptr(),
                lengths.as_ptr(),
                count,
                MODE_BLOCK,
                null(),
                &mut database,
                &mut error,
            )
        };
        ensure!(done == 0, "hyperscan refuses the literals: {done}");
        Self::ready(database)
    }

    pub(crate) fn of_expressions(expressions: &[&str]) -> Result<Self> {
        let texts = expressions.iter().map(|it| CString::new(*it));
        Self::compiled(texts.collect::<Result<_, _>>()?, FLAG_CASELESS)
    }

    /// Literals as expressions, each to be told of once: what a program has to do whose terms
    /// ignore case, since the compiler of literals alone takes no such flags.
    pub(crate) fn of_terms(terms: &[String]) -> Result<Self> {
        let texts = terms.iter().map(|it| CString::new(regex::escape(it)));
        Self::compiled(
            texts.collect::<Result<_, _>>()?,
            FLAG_CASELESS | FLAG_SINGLEMATCH | FLAG_UTF8,
        )
    }

    fn compiled(texts: Vec<CString>, flag: c_uint) -> Result<Self> {
        let pointers: Vec<*const c_char> = texts.iter().map(|it| it.as_ptr()).collect();
        let (flags, ids) = (vec![flag; texts.len()], numbers(texts.len()));
        let (mut database, mut error) = (null_mut(), null_mut());
        // SAFETY: every array has as many elements; texts end in NUL and outlive the call.
        let done = unsafe {
            hs_compile_multi(
                pointers.as_ptr(),
                flags.as_ptr(),
                ids.as_ptr(),
                texts.len() as c_uint,
                MODE_BLOCK,
                null(),
                &mut database,
                &mut error,
            )
        };
        ensure!(done == 0, "hyperscan refuses the expressions: {done}");
        Self::ready(database)
    }

    fn ready(database: *mut c_void) -> Result<Self> {
        let mut scratch = null_mut();
        // SAFETY: the database was just compiled.
        let done = unsafe { hs_alloc_scratch(database, &mut scratch) };
        ensure!(done == 0, "hyperscan gives no scratch: {done}");
        Ok(Self { database, scratch })
    }

    /// The number of every hit.
    pub(crate) fn scan(&mut self, text: &str, found: &mut Vec<u32>) {
        extern "C" fn push(
            id: c_uint,
            _: c_ulonglong,
            _: c_ulonglong,
            _: c_uint,
            context: *mut c_void,
        ) -> c_int {
            // SAFETY: the context is the vector that `scan` borrows for the call.
            let found = unsafe { &mut *context.cast::<Vec<u32>>() };
            found.push(id);
            0
        }
        let context: *mut Vec<u32> = found;
        // SAFETY: text and length belong together; nobody else uses the scratch meanwhile.
        unsafe {
            hs_scan(
                self.database,
                text.as_ptr().cast(),
                text.len() as c_uint,
                0,
                self.scratch,
                push,
                context.cast(),
            );
        }
    }
}

fn numbers(count: usize) -> Vec<c_uint> {
    (0..count as c_uint).collect()
}

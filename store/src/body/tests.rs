//! Bodies: complete or not there.

use std::io::Read;

use super::*;

#[test]
fn a_body_is_there_when_it_is_published_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    let mut writer = bodies.create("abcd").unwrap();
    writer.write_all(b"sealed").unwrap();
    assert!(matches!(bodies.read("abcd"), Err(BodyError::Missing)));
    assert!(bodies.ids().unwrap().is_empty());
    writer.publish().unwrap();
    assert_eq!(content(&bodies, "abcd"), b"sealed");
    assert_eq!(bodies.ids().unwrap(), ["abcd"]);
    assert!(folder.path().join("bodies/cd/abcd").is_file());
    assert_eq!(fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
}

#[test]
fn a_body_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    let mut writer = bodies.create("abcd").unwrap();
    writer.write_all(b"half").unwrap();
    drop(writer);
    assert_eq!(fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
    assert!(bodies.ids().unwrap().is_empty());
    bodies.create("abcd").unwrap().publish().unwrap();
}

#[test]
fn a_published_body_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    let mut first = bodies.create("abcd").unwrap();
    assert!(matches!(bodies.create("abcd"), Err(BodyError::Io { .. })));
    first.write_all(b"first").unwrap();
    first.publish().unwrap();
    let mut second = bodies.create("abcd").unwrap();
    second.write_all(b"second").unwrap();
    assert!(matches!(second.publish(), Err(BodyError::Io { .. })));
    assert_eq!(content(&bodies, "abcd"), b"first");
}

#[test]
fn what_a_dead_process_was_writing_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    bodies.create("kept").unwrap().publish().unwrap();
    let mut writer = bodies.create("stale").unwrap();
    writer.write_all(b"half").unwrap();
    // As if the process had been killed: nothing is dropped.
    std::mem::forget(writer);
    // And one that died between its two names.
    let both = folder.path().join("incoming/kept");
    fs::hard_link(folder.path().join("bodies/pt/kept"), both).unwrap();
    let again = Bodies::open(folder.path()).unwrap();
    assert_eq!(again.recover().unwrap(), 2);
    assert_eq!(again.recover().unwrap(), 0);
    assert_eq!(again.ids().unwrap(), ["kept"]);
}

#[test]
fn many_may_publish_into_a_new_folder_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    let together = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (bodies, together) = (bodies.clone(), &together);
            scope.spawn(move || {
                let writer = bodies.create(&format!("{number}new")).unwrap();
                together.wait();
                writer.publish().unwrap();
                // Whoever comes back knows that the folder has its name.
                let named = bodies.named.lock().unwrap();
                assert!(named.contains(&folder_of(&bodies)), "{named:?}");
            });
        }
    });
    assert_eq!(bodies.ids().unwrap().len(), 8);
    let folders = BTreeSet::from([folder_of(&bodies)]);
    assert_eq!(*bodies.named.lock().unwrap(), folders);
}

fn folder_of(bodies: &Bodies) -> PathBuf {
    bodies.bodies.join("ew")
}

#[test]
fn a_body_is_removed_once() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    bodies.create("abcd").unwrap().publish().unwrap();
    assert!(bodies.remove("abcd").unwrap());
    assert!(!bodies.remove("abcd").unwrap());
    assert!(matches!(bodies.read("abcd"), Err(BodyError::Missing)));
}

#[test]
fn names_that_are_no_ids_reach_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    for wrong in ["", "a", "../etc", "ab/cd", "ABCD", "ab.d", "é", "abé", &"a".repeat(65)] {
        assert!(matches!(bodies.create(wrong), Err(BodyError::Id)), "{wrong}");
        assert!(matches!(bodies.read(wrong), Err(BodyError::Id)), "{wrong}");
        assert!(matches!(bodies.remove(wrong), Err(BodyError::Id)), "{wrong}");
    }
}

#[test]
fn bodies_are_read_by_one_group_and_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    bodies.create("abcd").unwrap().publish().unwrap();
    let mode =
        |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("bodies/cd/abcd"), 0o640);
    assert_eq!((mode("bodies/cd"), mode("bodies"), mode("incoming")), (0o750, 0o750, 0o750));
}

#[test]
fn a_full_disk_is_told_apart() {
    let full = io::Error::from(io::ErrorKind::StorageFull);
    assert!(matches!(BodyError::at("written")(full), BodyError::Full));
    let Ok(mut device) = OpenOptions::new().write(true).open("/dev/full") else { return };
    let error = device.write_all(b"sealed").unwrap_err();
    assert!(matches!(BodyError::at("written")(error), BodyError::Full));
}

fn content(bodies: &Bodies, id: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    bodies.read(id).unwrap().read_to_end(&mut octets).unwrap();
    octets
}

#[tokio::test]
async fn a_body_is_found_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    let store = Store::memory().await.unwrap();
    let mut commit = crate::tests::fixture::mail("short");
    commit.message.body = Some(Arc::from(&b"in the database"[..]));
    crate::queue::commit(&store, &commit).await.unwrap();
    let mut writer = bodies.create("long").unwrap();
    writer.write_all(b"in a file").unwrap();
    keep(&store, writer).await.unwrap();
    for (id, expected) in [("short", "in the database"), ("long", "in a file")] {
        let mut text = String::new();
        let body = find(&store, &bodies, id).await.unwrap();
        body.into_reader().read_to_string(&mut text).unwrap();
        assert_eq!(text, expected);
    }
    assert!(matches!(find(&store, &bodies, "none").await, Err(BodyError::Missing)));
    // With its key it is gone.
    assert!(crate::message::destroy(&store, "short").await.unwrap());
    assert!(matches!(find(&store, &bodies, "short").await, Err(BodyError::Missing)));
}

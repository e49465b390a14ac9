//! Landlock: which paths and ports.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, NetPort, PathBeneath,
    PathFd, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus,
    Scope,
};

use super::{Rights, SandboxError};

/// The least that is accepted: the first version that knows ports.
const NEEDED: ABI = ABI::V4;
/// The newest whose rights are handled where the kernel has them.
const NEWEST: ABI = ABI::V6;

/// Restricts this process to its paths and ports.
pub(super) fn restrict(rights: &Rights) -> Result<&'static str, SandboxError> {
    let failed = |source| SandboxError::Landlock { needed: "version 4 (Linux 6.7)", source };
    let mut created = handle_all().map_err(failed)?;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    // A file may be made, changed and removed, never executed, and no device or socket made.
    let write = read
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer;
    for (paths, access) in [(&rights.read, read), (&rights.write, write)] {
        for path in paths {
            created = allow(created, path, access)?;
        }
    }
    for port in &rights.connect {
        created = created.add_rule(NetPort::new(*port, AccessNet::ConnectTcp)).map_err(failed)?;
    }
    let status = created.restrict_self().map_err(failed)?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => "landlock full",
        RulesetStatus::PartiallyEnforced => "landlock partial",
        RulesetStatus::NotEnforced => "landlock absent",
    })
}

fn handle_all() -> Result<RulesetCreated, RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(NEEDED))?
        .handle_access(AccessNet::from_all(NEEDED))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()
}

fn allow(
    created: RulesetCreated,
    path: &std::path::Path,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, SandboxError> {
    let opened = PathFd::new(path)
        .map_err(|source| SandboxError::Path { path: path.display().to_string(), source })?;
    created
        .add_rule(PathBeneath::new(opened, access))
        .map_err(|source| SandboxError::Landlock { needed: "version 4 (Linux 6.7)", source })
}

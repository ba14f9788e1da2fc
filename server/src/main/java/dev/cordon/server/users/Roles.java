package dev.cordon.server.users;

import dev.cordon.server.identity.Guid;
import dev.cordon.server.users.UserTables.RoleGroups;
import dev.cordon.server.users.UserTables.UserRoles;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.PortalPermission;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The roles of a tenant and who has them. Methods run in the caller's transaction. Thread-safe. */
public final class Roles {

    /** The role of a tenant's first user: everything, on all machines. */
    public static final String ADMINISTRATOR = "Administrator";

    private static final int LONGEST_NAME = 256;

    /** @throws ApiException 400 for a name that is blank or taken */
    public Role create(
            DSLContext sql,
            String tenantId,
            String displayName,
            Set<PortalPermission> permissions,
            MachineScope machines) {
        return create(sql, tenantId, displayName, permissions, machines, false);
    }

    /** @param secondFactor whether a password alone does not do for whoever holds it */
    Role create(
            DSLContext sql,
            String tenantId,
            String displayName,
            Set<PortalPermission> permissions,
            MachineScope machines,
            boolean secondFactor) {
        requireName(sql, tenantId, displayName);
        var role = new Role(Guid.random(), displayName, permissions, machines, secondFactor);
        sql.insertInto(UserTables.Roles.TABLE)
                .set(UserTables.Roles.TENANT_ID, tenantId)
                .set(UserTables.Roles.ID, role.id())
                .set(UserTables.Roles.DISPLAY_NAME, displayName)
                .set(UserTables.Roles.PERMISSIONS, words(permissions))
                .set(UserTables.Roles.ALL_MACHINES, machines instanceof MachineScope.All)
                .set(UserTables.Roles.SECOND_FACTOR, secondFactor)
                .execute();
        insertGroups(sql, tenantId, role);
        return role;
    }

    /** The role that may do everything; made if it is not there. */
    public Role administrator(DSLContext sql, String tenantId) {
        return all(sql, tenantId).stream()
                .filter(role -> role.displayName().equals(ADMINISTRATOR))
                .findFirst()
                .orElseGet(() ->
                        create(sql, tenantId, ADMINISTRATOR, EnumSet.allOf(PortalPermission.class), MachineScope.ALL));
    }

    public List<Role> all(DSLContext sql, String tenantId) {
        return fetch(sql, tenantId, org.jooq.impl.DSL.noCondition());
    }

    /** The role with this id, or this name. */
    public Optional<Role> find(DSLContext sql, String tenantId, String idOrName) {
        return fetch(
                        sql,
                        tenantId,
                        UserTables.Roles.ID
                                .eq(Guid.parse(idOrName).orElse(idOrName))
                                .or(UserTables.Roles.DISPLAY_NAME.eq(idOrName)))
                .stream()
                .findFirst();
    }

    /** The roles of a user. */
    public List<Role> of(DSLContext sql, String tenantId, String userId) {
        return fetch(
                sql,
                tenantId,
                UserTables.Roles.ID.in(sql.select(UserRoles.ROLE_ID)
                        .from(UserRoles.TABLE)
                        .where(UserRoles.TENANT_ID.eq(tenantId), UserRoles.USER_ID.eq(userId))));
    }

    /** Replaces what a role allows and where; it keeps its id. */
    public void change(DSLContext sql, String tenantId, Role role) {
        sql.update(UserTables.Roles.TABLE)
                .set(UserTables.Roles.PERMISSIONS, words(role.permissions()))
                .set(UserTables.Roles.ALL_MACHINES, role.machines() instanceof MachineScope.All)
                .set(UserTables.Roles.SECOND_FACTOR, role.secondFactor())
                .where(UserTables.Roles.TENANT_ID.eq(tenantId), UserTables.Roles.ID.eq(role.id()))
                .execute();
        deleteGroups(sql, tenantId, role.id());
        insertGroups(sql, tenantId, role);
    }

    /** Deletes a role and takes it from all users. */
    public void delete(DSLContext sql, String tenantId, String roleId) {
        sql.deleteFrom(UserRoles.TABLE)
                .where(UserRoles.TENANT_ID.eq(tenantId), UserRoles.ROLE_ID.eq(roleId))
                .execute();
        deleteGroups(sql, tenantId, roleId);
        sql.deleteFrom(UserTables.Roles.TABLE)
                .where(UserTables.Roles.TENANT_ID.eq(tenantId), UserTables.Roles.ID.eq(roleId))
                .execute();
    }

    /** Gives a user exactly these roles. */
    public void assign(DSLContext sql, User user, Collection<Role> roles) {
        sql.deleteFrom(UserRoles.TABLE)
                .where(UserRoles.TENANT_ID.eq(user.tenantId()), UserRoles.USER_ID.eq(user.id()))
                .execute();
        for (var role : new HashSet<>(roles)) {
            sql.insertInto(UserRoles.TABLE)
                    .set(UserRoles.TENANT_ID, user.tenantId())
                    .set(UserRoles.USER_ID, user.id())
                    .set(UserRoles.ROLE_ID, role.id())
                    .execute();
        }
    }

    private void requireName(DSLContext sql, String tenantId, String displayName) {
        if (displayName.isBlank() || displayName.length() > LONGEST_NAME) {
            throw ApiException.badRequest("displayName: must have 1 to " + LONGEST_NAME + " characters.");
        }
        if (find(sql, tenantId, displayName).isPresent()) {
            throw ApiException.badRequest("displayName: there is a role of this name already.");
        }
    }

    private static List<Role> fetch(DSLContext sql, String tenantId, Condition which) {
        return sql.select(
                        UserTables.Roles.ID,
                        UserTables.Roles.DISPLAY_NAME,
                        UserTables.Roles.PERMISSIONS,
                        UserTables.Roles.ALL_MACHINES,
                        UserTables.Roles.SECOND_FACTOR)
                .from(UserTables.Roles.TABLE)
                .where(UserTables.Roles.TENANT_ID.eq(tenantId))
                .and(which)
                .orderBy(UserTables.Roles.DISPLAY_NAME)
                .fetch()
                .map(row -> role(sql, tenantId, row));
    }

    private static Role role(DSLContext sql, String tenantId, Record row) {
        var id = row.get(UserTables.Roles.ID);
        MachineScope machines = row.get(UserTables.Roles.ALL_MACHINES)
                ? MachineScope.ALL
                : new MachineScope.Groups(sql.select(RoleGroups.GROUP_ID)
                        .from(RoleGroups.TABLE)
                        .where(RoleGroups.TENANT_ID.eq(tenantId), RoleGroups.ROLE_ID.eq(id))
                        .fetchSet(RoleGroups.GROUP_ID));
        return new Role(
                id,
                row.get(UserTables.Roles.DISPLAY_NAME),
                permissions(row.get(UserTables.Roles.PERMISSIONS)),
                machines,
                row.get(UserTables.Roles.SECOND_FACTOR));
    }

    private static void insertGroups(DSLContext sql, String tenantId, Role role) {
        if (role.machines() instanceof MachineScope.Groups(var groups)) {
            for (var group : groups) {
                sql.insertInto(RoleGroups.TABLE)
                        .set(RoleGroups.TENANT_ID, tenantId)
                        .set(RoleGroups.ROLE_ID, role.id())
                        .set(RoleGroups.GROUP_ID, group)
                        .execute();
            }
        }
    }

    private static void deleteGroups(DSLContext sql, String tenantId, String roleId) {
        sql.deleteFrom(RoleGroups.TABLE)
                .where(RoleGroups.TENANT_ID.eq(tenantId), RoleGroups.ROLE_ID.eq(roleId))
                .execute();
    }

    private static String words(Set<PortalPermission> permissions) {
        return permissions.stream().sorted().map(PortalPermission::word).collect(Collectors.joining(" "));
    }

    /** A word that this version does not know allows nothing. */
    private static Set<PortalPermission> permissions(String words) {
        return Arrays.stream(words.split(" ", -1))
                .map(PortalPermission::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }
}

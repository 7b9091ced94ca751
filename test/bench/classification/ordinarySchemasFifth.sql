-- Ordinary, non-personal systems. CREATE TABLE statements only.

-- ---------------------------------------------------------------- wms
CREATE TABLE wms.warehouse (
    warehouse_id   serial PRIMARY KEY,
    code           varchar(8) NOT NULL,
    name           varchar(80) NOT NULL,
    site_code      varchar(12),
    time_zone      varchar(40) NOT NULL DEFAULT 'UTC',
    floor_area_m2  numeric(10,1),
    dock_count     smallint,
    is_bonded      boolean NOT NULL DEFAULT false,
    cold_storage   boolean NOT NULL DEFAULT false,
    status         varchar(16) NOT NULL DEFAULT 'ACTIVE',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz
);

CREATE TABLE wms.storage_bin (
    bin_id          bigserial PRIMARY KEY,
    warehouse_id    integer NOT NULL,
    zone            varchar(10) NOT NULL,
    aisle           varchar(4),
    bay             varchar(4),
    level           smallint,
    position        smallint,
    bin_type        varchar(20),
    max_weight_kg   numeric(8,2),
    max_volume_l    numeric(10,2),
    pick_sequence   integer,
    barcode         varchar(40),
    blocked         boolean NOT NULL DEFAULT false,
    block_reason    varchar(100),
    last_counted_on date
);

CREATE TABLE wms.stock_level (
    item_id           bigint NOT NULL,
    bin_id            bigint NOT NULL,
    lot_no            varchar(30) NOT NULL DEFAULT '',
    qty_on_hand       numeric(14,3) NOT NULL DEFAULT 0,
    qty_reserved      numeric(14,3) NOT NULL DEFAULT 0,
    qty_in_transit    numeric(14,3) NOT NULL DEFAULT 0,
    uom               varchar(6) NOT NULL,
    expiry_date       date,
    quarantine_flag   char(1) DEFAULT 'N',
    last_movement_at  timestamptz,
    row_version       integer NOT NULL DEFAULT 1,
    PRIMARY KEY (item_id, bin_id, lot_no)
);

CREATE TABLE wms.stock_movement (
    movement_id      bigserial PRIMARY KEY,
    movement_type    varchar(12) NOT NULL,
    item_id          bigint NOT NULL,
    from_bin_id      bigint,
    to_bin_id        bigint,
    quantity         numeric(14,3) NOT NULL,
    uom              varchar(6) NOT NULL,
    lot_no           varchar(30),
    reason_code      varchar(10),
    reference_type   varchar(20),
    reference_no     varchar(30),
    terminal_id      varchar(20),
    posted_at        timestamptz NOT NULL DEFAULT now(),
    reversed         boolean NOT NULL DEFAULT false,
    remarks          text
);

CREATE TABLE wms.cycle_count (
    count_id        bigserial PRIMARY KEY,
    warehouse_id    integer NOT NULL,
    bin_id          bigint NOT NULL,
    item_id         bigint NOT NULL,
    expected_qty    numeric(14,3),
    counted_qty     numeric(14,3),
    variance_qty    numeric(14,3),
    tolerance_pct   numeric(5,2),
    recount_no      smallint DEFAULT 0,
    state           varchar(12) NOT NULL,
    scheduled_for   date,
    completed_at    timestamptz
);

CREATE TABLE wms.replenishment_rule (
    rule_id         serial PRIMARY KEY,
    item_id         bigint NOT NULL,
    pick_zone       varchar(10) NOT NULL,
    min_qty         numeric(12,3) NOT NULL,
    max_qty         numeric(12,3) NOT NULL,
    reorder_point   numeric(12,3),
    safety_stock    numeric(12,3),
    lead_time_days  smallint,
    abc_class       char(1),
    rounding_qty    numeric(12,3),
    priority        smallint DEFAULT 5,
    enabled         boolean DEFAULT true
);

-- ---------------------------------------------------------------- parts / catalogue
CREATE TABLE parts.part (
    part_id            bigserial PRIMARY KEY,
    part_no            varchar(40) NOT NULL UNIQUE,
    description        varchar(200),
    revision           varchar(4),
    part_class_id      integer,
    base_uom           varchar(6) NOT NULL,
    net_weight_kg      numeric(10,4),
    length_mm          numeric(10,2),
    width_mm           numeric(10,2),
    height_mm          numeric(10,2),
    material           varchar(60),
    drawing_no         varchar(40),
    hs_code            varchar(12),
    country_of_origin  char(2),
    is_serialized      boolean DEFAULT false,
    shelf_life_days    integer,
    lifecycle_state    varchar(16) DEFAULT 'RELEASED',
    superseded_by      bigint,
    notes              text
);

CREATE TABLE parts.bom_line (
    bom_id          bigint NOT NULL,
    line_no         integer NOT NULL,
    parent_part_id  bigint NOT NULL,
    child_part_id   bigint NOT NULL,
    qty_per         numeric(14,5) NOT NULL,
    scrap_pct       numeric(5,2) DEFAULT 0,
    find_no         varchar(8),
    ref_designator  varchar(200),
    effective_from  date,
    effective_to    date,
    is_phantom      boolean DEFAULT false,
    alt_group       varchar(6),
    PRIMARY KEY (bom_id, line_no)
);

CREATE TABLE parts.part_compatibility (
    id               bigserial PRIMARY KEY,
    part_id          bigint NOT NULL,
    equipment_model  varchar(60) NOT NULL,
    model_year_from  smallint,
    model_year_to    smallint,
    fitment_position varchar(30),
    qty_required     smallint DEFAULT 1,
    torque_nm        numeric(7,2),
    fitment_note     text,
    verified         boolean DEFAULT false
);

CREATE TABLE "Ersatzteile"."Artikelstamm" (
    "ArtikelNr"        varchar(20) PRIMARY KEY,
    "Bezeichnung"      varchar(120) NOT NULL,
    "Bezeichnung2"     varchar(120),
    "Warengruppe"      varchar(10),
    "Mengeneinheit"    varchar(6) NOT NULL,
    "GewichtKg"        numeric(10,3),
    "Werkstoff"        varchar(40),
    "ZeichnungsNr"     varchar(30),
    "Mindestbestand"   numeric(12,2),
    "Meldebestand"     numeric(12,2),
    "Lagerplatz"       varchar(20),
    "Gefahrgut"        boolean DEFAULT false,
    "ZolltarifNr"      varchar(11),
    "Gesperrt"         boolean DEFAULT false,
    "AngelegtAm"       timestamp,
    "GeaendertAm"      timestamp,
    "Bemerkung"        text
);

CREATE TABLE catalog.unit_of_measure (
    uom_code       varchar(6) PRIMARY KEY,
    iso_code       varchar(3),
    unece_code     varchar(3),
    name           varchar(40) NOT NULL,
    symbol         varchar(10),
    dimension      varchar(20),
    factor_to_base numeric(20,10),
    base_offset    numeric(20,10) DEFAULT 0,
    decimals       smallint DEFAULT 3,
    active         boolean DEFAULT true
);

CREATE TABLE catalog.cat_item (
    item_id          bigserial PRIMARY KEY,
    item_code        varchar(30) NOT NULL,
    short_text       varchar(80),
    long_text        text,
    unspsc_code      char(8),
    eclass_irdi      varchar(30),
    order_uom        varchar(6),
    content_uom      varchar(6),
    units_per_pack   numeric(10,2),
    min_order_qty    numeric(10,2),
    qty_interval     numeric(10,2),
    manufacturer     varchar(80),
    mpn              varchar(60),
    gtin             varchar(14),
    image_url        text,
    is_hazardous     boolean,
    valid_from       date,
    valid_to         date
);

CREATE TABLE catalog.list_price (
    price_list_code  varchar(12) NOT NULL,
    item_id          bigint NOT NULL,
    scale_qty        numeric(12,3) NOT NULL DEFAULT 1,
    price            numeric(14,4) NOT NULL,
    currency         char(3) NOT NULL,
    price_unit       integer DEFAULT 1,
    tax_class        varchar(4),
    valid_from       date NOT NULL,
    valid_to         date,
    published_at     timestamptz,
    PRIMARY KEY (price_list_code, item_id, scale_qty, valid_from)
);

CREATE TABLE catalog.category (
    category_id   serial PRIMARY KEY,
    parent_id     integer,
    path          text,
    slug          varchar(80) NOT NULL,
    title         varchar(120) NOT NULL,
    depth         smallint,
    sort_order    integer DEFAULT 0,
    item_count    integer DEFAULT 0,
    is_leaf       boolean,
    hidden        boolean DEFAULT false
);

-- ---------------------------------------------------------------- telemetry / iot
CREATE TABLE telemetry.metric (
    metric_id      serial PRIMARY KEY,
    metric_name    text NOT NULL,
    namespace      text,
    unit           varchar(16),
    metric_type    varchar(12) NOT NULL,
    help           text,
    retention_days integer DEFAULT 30,
    resolution_s   integer DEFAULT 60,
    label_names    text[],
    cardinality    bigint,
    first_seen     timestamptz,
    last_seen      timestamptz
);

CREATE TABLE telemetry.sample_1m (
    ts         timestamptz NOT NULL,
    series_id  bigint NOT NULL,
    cnt        integer,
    min_val    double precision,
    max_val    double precision,
    avg_val    double precision,
    sum_val    double precision,
    stddev     double precision,
    p95        double precision,
    p99        double precision,
    quality    smallint DEFAULT 0
);

CREATE TABLE telemetry.series_chunk (
    chunk_id        bigserial PRIMARY KEY,
    series_id       bigint NOT NULL,
    start_ts        timestamptz NOT NULL,
    end_ts          timestamptz NOT NULL,
    num_samples     integer,
    encoding        varchar(12),
    payload         bytea,
    compressed_size integer,
    crc32           bigint,
    tier            varchar(8),
    object_key      text
);

CREATE TABLE iot.gateway (
    gateway_id        uuid PRIMARY KEY,
    serial_no         varchar(32) NOT NULL,
    model             varchar(40),
    hw_rev            varchar(10),
    fw_version        varchar(20),
    ip_addr           inet,
    mac_addr          macaddr,
    uplink            varchar(12),
    rssi_dbm          smallint,
    site_id           integer,
    mount_position    varchar(60),
    uptime_s          bigint,
    cpu_temp_c        numeric(5,1),
    last_heartbeat_at timestamptz,
    provisioned_at    timestamptz,
    state             varchar(12) DEFAULT 'offline'
);

CREATE TABLE iot.sensor (
    sensor_id          bigserial PRIMARY KEY,
    gateway_id         uuid,
    dev_eui            char(16),
    tag                varchar(40) NOT NULL,
    sensor_type        varchar(30),
    measurand          varchar(30),
    unit               varchar(12),
    bus_address        smallint,
    register_offset    integer,
    scale_factor       numeric(12,6) DEFAULT 1,
    sampling_interval  interval,
    range_low          numeric(12,4),
    range_high         numeric(12,4),
    accuracy_class     varchar(8),
    calibrated_on      date,
    calibration_due    date,
    battery_pct        smallint,
    install_height_m   numeric(5,2)
);

CREATE TABLE iot.sensor_reading (
    sensor_id    bigint NOT NULL,
    measured_at  timestamptz NOT NULL,
    raw_value    integer,
    value        double precision,
    quality_code smallint,
    seq_no       bigint,
    received_at  timestamptz DEFAULT now(),
    snr_db       numeric(5,1),
    spreading_factor smallint,
    frame_counter bigint,
    PRIMARY KEY (sensor_id, measured_at)
);

CREATE TABLE iot."firmwareRollout" (
    "rolloutId"       uuid PRIMARY KEY,
    "targetModel"     text NOT NULL,
    "fromVersion"     text,
    "toVersion"       text NOT NULL,
    "imageUrl"        text,
    "imageSha256"     char(64),
    "imageSizeBytes"  bigint,
    "batchPercent"    smallint,
    "maxFailures"     integer,
    "succeededCount"  integer DEFAULT 0,
    "failedCount"     integer DEFAULT 0,
    "startedAt"       timestamptz,
    "finishedAt"      timestamptz,
    "rolloutState"    text
);

CREATE TABLE iot.modbus_register_map (
    map_id        serial PRIMARY KEY,
    device_model  varchar(40) NOT NULL,
    address       integer NOT NULL,
    function_code smallint NOT NULL,
    word_count    smallint DEFAULT 1,
    data_type     varchar(10),
    byte_order    varchar(4),
    access        char(2),
    point_name    varchar(60),
    multiplier    numeric(12,6),
    eng_unit      varchar(12),
    poll_group    smallint,
    comment       text
);

-- ---------------------------------------------------------------- energy & water
CREATE TABLE metering.meter (
    meter_id          serial PRIMARY KEY,
    meter_no          varchar(20) NOT NULL,
    medium            varchar(12) NOT NULL,
    site_id           integer NOT NULL,
    building          varchar(40),
    feeder            varchar(30),
    parent_meter_id   integer,
    manufacturer      varchar(40),
    type_designation  varchar(40),
    ct_ratio          numeric(8,2),
    pulse_constant    numeric(10,3),
    digits            smallint,
    obis_code         varchar(20),
    installed_on      date,
    removed_on        date,
    verification_year smallint
);

CREATE TABLE metering.interval_data (
    meter_id        integer NOT NULL,
    interval_start  timestamptz NOT NULL,
    interval_min    smallint NOT NULL DEFAULT 15,
    kwh_import      numeric(14,4),
    kwh_export      numeric(14,4),
    kvarh           numeric(14,4),
    max_demand_kw   numeric(12,3),
    power_factor    numeric(4,3),
    voltage_l1      numeric(7,2),
    voltage_l2      numeric(7,2),
    voltage_l3      numeric(7,2),
    is_estimated    boolean DEFAULT false,
    status_flags    integer,
    PRIMARY KEY (meter_id, interval_start)
);

CREATE TABLE metering.site (
    site_id         serial PRIMARY KEY,
    site_name       varchar(80) NOT NULL,
    short_code      varchar(8),
    latitude        numeric(9,6),
    longitude       numeric(9,6),
    elevation_m     numeric(6,1),
    climate_zone    varchar(8),
    gross_area_m2   numeric(10,1),
    heating_type    varchar(20),
    grid_connection_kva integer,
    pv_kwp          numeric(8,2),
    baseline_year   smallint
);

CREATE TABLE wasser.zaehlerstand (
    id              bigserial PRIMARY KEY,
    zaehler_nr      varchar(20) NOT NULL,
    ablesedatum     date NOT NULL,
    stand_m3        numeric(12,3) NOT NULL,
    verbrauch_m3    numeric(12,3),
    durchfluss_lh   numeric(10,2),
    temperatur_c    numeric(5,1),
    leckage_alarm   boolean DEFAULT false,
    ableseart       varchar(12),
    plausibel       boolean,
    standort_kz     varchar(10),
    importiert_am   timestamp
);

CREATE TABLE grid.protection_relay (
    relay_id         serial PRIMARY KEY,
    substation       varchar(40) NOT NULL,
    bay_name         varchar(30),
    relay_type       varchar(30),
    ansi_function    varchar(10),
    contact_point    varchar(12),
    coil_voltage     numeric(6,1),
    pickup_current_a numeric(8,2),
    time_dial        numeric(6,3),
    trip_delay_ms    integer,
    ct_primary_a     integer,
    ct_secondary_a   integer,
    settings_group   smallint,
    iec61850_ied     varchar(40),
    tested_on        date,
    in_service       boolean
);

-- ---------------------------------------------------------------- monitoring
CREATE TABLE mon.check_definition (
    check_id        serial PRIMARY KEY,
    check_name      varchar(100) NOT NULL,
    check_type      varchar(20),
    target_host     varchar(253),
    port            integer,
    protocol        varchar(8),
    path            text,
    expected_status smallint,
    interval_sec    integer DEFAULT 60,
    timeout_sec     integer DEFAULT 10,
    retries         smallint DEFAULT 3,
    warn_threshold  double precision,
    crit_threshold  double precision,
    owner_team      varchar(60),
    runbook_url     text,
    enabled         boolean DEFAULT true
);

CREATE TABLE mon.alert (
    alert_id        bigserial PRIMARY KEY,
    fingerprint     char(16) NOT NULL,
    rule_id         integer,
    severity        varchar(10),
    status          varchar(12) NOT NULL,
    summary         text,
    description     text,
    labels          jsonb,
    annotations     jsonb,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz,
    last_notified_at timestamptz,
    notify_count    integer DEFAULT 0,
    silenced        boolean DEFAULT false,
    receiver        varchar(60),
    generator_url   text
);

CREATE TABLE mon.maintenance_window (
    window_id    serial PRIMARY KEY,
    title        varchar(120),
    scope        varchar(20),
    matcher      text,
    rrule        text,
    start_time   timestamptz,
    duration_min integer,
    suppress_notifications boolean DEFAULT true,
    ticket_ref   varchar(30),
    comment      text
);

CREATE TABLE mon.slo (
    slo_id            serial PRIMARY KEY,
    service           varchar(60) NOT NULL,
    objective         numeric(6,4) NOT NULL,
    window_days       smallint DEFAULT 30,
    good_query        text,
    total_query       text,
    error_budget_left numeric(8,5),
    burn_rate_1h      numeric(10,3),
    burn_rate_6h      numeric(10,3),
    evaluated_at      timestamptz,
    breached          boolean
);

-- ---------------------------------------------------------------- build / ci
CREATE TABLE ci.pipeline (
    id              bigserial PRIMARY KEY,
    project_id      bigint NOT NULL,
    ref             varchar(255),
    sha             char(40),
    before_sha      char(40),
    source          varchar(20),
    status          varchar(16),
    yaml_errors     text,
    config_path     varchar(255),
    created_at      timestamptz,
    started_at      timestamptz,
    finished_at     timestamptz,
    duration        integer,
    queued_duration integer,
    coverage        numeric(5,2),
    lock_version    integer DEFAULT 0,
    is_tag          boolean DEFAULT false
);

CREATE TABLE ci.job (
    id              bigserial PRIMARY KEY,
    pipeline_id     bigint NOT NULL,
    stage           varchar(60),
    stage_idx       smallint,
    name            varchar(255) NOT NULL,
    runner_id       integer,
    image           text,
    commands        text,
    environment     varchar(60),
    allow_failure   boolean DEFAULT false,
    exit_code       integer,
    failure_reason  smallint,
    attempt         smallint DEFAULT 1,
    log_path        text,
    log_size        bigint,
    queued_at       timestamptz,
    started_at      timestamptz,
    finished_at     timestamptz
);

CREATE TABLE ci.runner (
    runner_id     serial PRIMARY KEY,
    description   varchar(120),
    executor      varchar(20),
    platform      varchar(20),
    architecture  varchar(12),
    version       varchar(20),
    tags          text[],
    concurrency   smallint DEFAULT 1,
    max_timeout   integer,
    locked        boolean DEFAULT false,
    paused        boolean DEFAULT false,
    contacted_at  timestamptz
);

CREATE TABLE build.action_cache (
    action_digest   char(64) PRIMARY KEY,
    instance_name   text,
    mnemonic        varchar(60),
    target_label    text,
    command_hash    char(64),
    input_root_hash char(64),
    output_bytes    bigint,
    exec_wall_ms    integer,
    cpu_ms          integer,
    peak_rss_kb     integer,
    hit_count       bigint DEFAULT 0,
    last_access     timestamptz,
    expires_at      timestamptz
);

-- ---------------------------------------------------------------- registry & release
CREATE TABLE registry.package (
    package_id       bigserial PRIMARY KEY,
    ecosystem        varchar(16) NOT NULL,
    name             text NOT NULL,
    normalized_name  text,
    summary          text,
    homepage         text,
    repository_url   text,
    license          varchar(80),
    keywords         text[],
    latest_version   varchar(60),
    downloads_total  bigint DEFAULT 0,
    downloads_30d    bigint DEFAULT 0,
    deprecated       boolean DEFAULT false,
    created_at       timestamptz
);

CREATE TABLE registry.package_version (
    version_id       bigserial PRIMARY KEY,
    package_id       bigint NOT NULL,
    version          varchar(60) NOT NULL,
    major            integer,
    minor            integer,
    patch            integer,
    prerelease       varchar(40),
    checksum_sha256  char(64),
    size_bytes       bigint,
    filename         text,
    content_type     varchar(80),
    requires_runtime varchar(60),
    yanked           boolean DEFAULT false,
    yanked_reason    text,
    readme           text,
    published_at     timestamptz
);

CREATE TABLE registry.dependency (
    version_id       bigint NOT NULL,
    dep_name         text NOT NULL,
    dep_ecosystem    varchar(16),
    version_range    varchar(120),
    resolved_version varchar(60),
    kind             varchar(12),
    optional         boolean DEFAULT false,
    target           varchar(60),
    features         text[],
    ord              smallint
);

CREATE TABLE registry.oci_manifest (
    digest         varchar(80) PRIMARY KEY,
    repository     text NOT NULL,
    media_type     varchar(120),
    schema_version smallint,
    config_digest  varchar(80),
    total_size     bigint,
    layer_count    smallint,
    os             varchar(16),
    arch           varchar(16),
    variant        varchar(8),
    pushed_at      timestamptz,
    pulled_at      timestamptz,
    pull_count     bigint
);

CREATE TABLE release.rel_release (
    rel_id           serial PRIMARY KEY,
    rel_product      varchar(60) NOT NULL,
    rel_version      varchar(30) NOT NULL,
    rel_codename     varchar(40),
    rel_channel      varchar(12),
    rel_branch       varchar(120),
    rel_tag          varchar(60),
    rel_commit       char(40),
    rel_freeze_date  date,
    rel_planned_date date,
    rel_actual_date  date,
    rel_eol_date     date,
    rel_is_lts       boolean DEFAULT false,
    rel_status       varchar(16),
    rel_notes        text
);

CREATE TABLE release.deployment (
    deployment_id    bigserial PRIMARY KEY,
    release_id       integer NOT NULL,
    environment      varchar(30) NOT NULL,
    cluster          varchar(40),
    strategy         varchar(16),
    replicas_desired smallint,
    replicas_ready   smallint,
    previous_version varchar(30),
    change_ref       varchar(30),
    started_at       timestamptz,
    completed_at     timestamptz,
    rolled_back      boolean DEFAULT false,
    rollback_reason  text,
    outcome          varchar(12)
);

-- ---------------------------------------------------------------- code analysis & test management
CREATE TABLE codescan.source_file (
    file_id         bigserial PRIMARY KEY,
    snapshot_id     bigint NOT NULL,
    file_path       text NOT NULL,
    language        varchar(20),
    loc             integer,
    sloc            integer,
    comment_lines   integer,
    blank_lines     integer,
    token_count     integer,
    function_count  integer,
    cyclomatic      integer,
    cognitive       integer,
    duplication_pct numeric(5,2),
    content_hash    char(40),
    is_generated    boolean DEFAULT false,
    is_test         boolean DEFAULT false
);

CREATE TABLE codescan.finding (
    finding_id     bigserial PRIMARY KEY,
    rule_key       varchar(60) NOT NULL,
    file_id        bigint,
    start_line     integer,
    end_line       integer,
    start_col      integer,
    end_col        integer,
    severity       varchar(10),
    category       varchar(30),
    message        text,
    snippet        text,
    cwe_id         integer,
    effort_min     integer,
    resolution     varchar(20),
    first_seen_rev char(40),
    line_hash      char(32)
);

CREATE TABLE codescan.symbol (
    symbol_id      bigserial PRIMARY KEY,
    kind           varchar(16),
    name           text NOT NULL,
    qualified_name text,
    signature      text,
    visibility     varchar(12),
    file_id        bigint,
    line           integer,
    col            integer,
    doc_comment    text,
    return_type    text,
    param_count    smallint,
    is_exported    boolean,
    ref_count      integer
);

CREATE TABLE qa.test_case (
    tc_id           serial PRIMARY KEY,
    suite_id        integer NOT NULL,
    tc_key          varchar(20) NOT NULL,
    title           varchar(200) NOT NULL,
    preconditions   text,
    steps           text,
    expected_result text,
    priority        char(2),
    automation      varchar(12),
    script_path     text,
    component       varchar(60),
    requirement_ref varchar(40),
    est_minutes     smallint,
    revision        integer DEFAULT 1,
    archived        boolean DEFAULT false
);

CREATE TABLE qa.test_result (
    result_id     bigserial PRIMARY KEY,
    run_id        bigint NOT NULL,
    tc_id         integer,
    classname     text,
    test_name     text,
    outcome       varchar(10) NOT NULL,
    duration_ms   integer,
    error_type    text,
    error_message text,
    stack_trace   text,
    stdout_ref    text,
    retry_no      smallint DEFAULT 0,
    is_flaky      boolean,
    browser       varchar(30),
    os_name       varchar(30),
    build_no      varchar(20),
    executed_at   timestamptz
);

-- ---------------------------------------------------------------- cmdb & network
CREATE TABLE cmdb.server (
    ci_id             bigserial PRIMARY KEY,
    hostname          varchar(63) NOT NULL,
    fqdn              varchar(253),
    asset_tag         varchar(20),
    serial_number     varchar(40),
    vendor            varchar(40),
    model             varchar(60),
    cpu_model         varchar(80),
    cpu_sockets       smallint,
    cpu_cores         smallint,
    ram_gb            integer,
    disk_gb           integer,
    os_name           varchar(40),
    os_version        varchar(40),
    kernel            varchar(60),
    mgmt_ip           inet,
    primary_ip        inet,
    rack_id           integer,
    rack_unit         smallint,
    environment       varchar(12),
    support_group     varchar(60),
    warranty_end      date,
    decommissioned_on date,
    operational_status varchar(20)
);

CREATE TABLE cmdb.rack (
    rack_id       serial PRIMARY KEY,
    rack_name     varchar(20) NOT NULL,
    room          varchar(20),
    row_label     varchar(4),
    height_u      smallint DEFAULT 42,
    depth_mm      smallint,
    max_load_kg   numeric(7,1),
    pdu_a         varchar(20),
    pdu_b         varchar(20),
    power_limit_w integer,
    inlet_temp_c  numeric(4,1),
    notes         text
);

CREATE TABLE cmdb.software_install (
    install_id     bigserial PRIMARY KEY,
    ci_id          bigint NOT NULL,
    product_name   varchar(120) NOT NULL,
    publisher      varchar(80),
    version        varchar(40),
    edition        varchar(40),
    install_path   text,
    install_date   date,
    package_type   varchar(10),
    size_mb        numeric(10,1),
    eol_date       date,
    cpe            text,
    discovered_by  varchar(30),
    last_scan      timestamptz
);

CREATE TABLE cmdb.ci_relation (
    relation_id    bigserial PRIMARY KEY,
    source_ci      bigint NOT NULL,
    target_ci      bigint NOT NULL,
    relation_type  varchar(30) NOT NULL,
    direction      char(1),
    confidence     numeric(4,3),
    discovery_source varchar(30),
    valid_from     timestamptz,
    valid_to       timestamptz
);

CREATE TABLE netinv.device_interface (
    interface_id  bigserial PRIMARY KEY,
    device_id     integer NOT NULL,
    if_index      integer,
    if_name       varchar(40) NOT NULL,
    if_alias      varchar(120),
    if_type       smallint,
    mac_address   macaddr,
    mtu           integer,
    speed_mbps    integer,
    duplex        varchar(6),
    admin_status  varchar(8),
    oper_status   varchar(8),
    vlan_id       smallint,
    lag_id        integer,
    in_octets     numeric(20),
    out_octets    numeric(20),
    in_errors     bigint,
    out_errors    bigint,
    last_change   timestamptz
);

CREATE TABLE netinv.ip_prefix (
    prefix_id    serial PRIMARY KEY,
    prefix       cidr NOT NULL,
    vrf          varchar(40),
    family       smallint,
    vlan_id      smallint,
    role         varchar(30),
    status       varchar(12),
    gateway      inet,
    utilization  numeric(5,2),
    is_pool      boolean,
    description  varchar(200),
    site_code    varchar(12)
);

CREATE TABLE netinv.link (
    link_id       serial PRIMARY KEY,
    a_interface   bigint NOT NULL,
    z_interface   bigint NOT NULL,
    circuit_id    varchar(40),
    medium        varchar(12),
    connector     varchar(12),
    length_m      numeric(9,1),
    attenuation_db numeric(6,2),
    bandwidth_mbps integer,
    latency_ms    numeric(8,3),
    ospf_area     varchar(15),
    cost          integer,
    state         varchar(12),
    commissioned  date
);

-- ---------------------------------------------------------------- logistics
CREATE TABLE shipping.container (
    container_no     char(11) PRIMARY KEY,
    iso_type         char(4),
    size_ft          smallint,
    tare_kg          integer,
    max_gross_kg     integer,
    cube_m3          numeric(6,2),
    is_reefer        boolean,
    set_temp_c       numeric(4,1),
    seal_no          varchar(20),
    condition_code   varchar(4),
    current_unlocode char(5),
    last_event       varchar(12),
    last_event_at    timestamptz,
    csc_valid_until  date
);

CREATE TABLE shipping.shipment_leg (
    leg_id          bigserial PRIMARY KEY,
    shipment_ref    varchar(30) NOT NULL,
    leg_seq         smallint NOT NULL,
    mode            varchar(8),
    carrier_code    varchar(6),
    service_level   varchar(12),
    origin_port     char(5),
    dest_port       char(5),
    vessel          varchar(60),
    voyage_no       varchar(20),
    etd             timestamptz,
    eta             timestamptz,
    atd             timestamptz,
    ata             timestamptz,
    distance_km     numeric(9,1),
    co2_kg          numeric(10,2),
    incoterm        char(3),
    status          varchar(16)
);

CREATE TABLE shipping.carrier (
    carrier_code     varchar(6) PRIMARY KEY,
    scac             char(4),
    iata_code        char(2),
    name             varchar(80),
    mode             varchar(8),
    tracking_url     text,
    label_format     varchar(8),
    max_parcel_kg    numeric(6,2),
    volumetric_divisor integer,
    cutoff_time      time,
    api_version      varchar(8),
    active           boolean
);

CREATE TABLE logistica.palet (
    palet_id        bigserial PRIMARY KEY,
    codigo_sscc     char(18) NOT NULL,
    tipo_palet      varchar(12),
    ubicacion       varchar(20),
    almacen         varchar(10),
    peso_bruto_kg   numeric(8,2),
    peso_neto_kg    numeric(8,2),
    altura_cm       numeric(6,1),
    num_cajas       smallint,
    lote            varchar(30),
    fecha_caducidad date,
    estado          varchar(12),
    fecha_entrada   timestamp,
    fecha_salida    timestamp,
    observaciones   text
);

-- ---------------------------------------------------------------- mes
CREATE TABLE mes.work_order (
    wo_id           bigserial PRIMARY KEY,
    wo_no           varchar(20) NOT NULL,
    material_no     varchar(40) NOT NULL,
    routing_id      integer,
    plant           varchar(4),
    line            varchar(20),
    qty_planned     numeric(14,3),
    qty_good        numeric(14,3) DEFAULT 0,
    qty_scrap       numeric(14,3) DEFAULT 0,
    qty_rework      numeric(14,3) DEFAULT 0,
    sched_start     timestamptz,
    sched_end       timestamptz,
    actual_start    timestamptz,
    actual_end      timestamptz,
    priority        smallint,
    wo_status       varchar(12),
    sales_channel   varchar(12)
);

CREATE TABLE mes.machine (
    machine_id       serial PRIMARY KEY,
    machine_code     varchar(20) NOT NULL,
    machine_name     varchar(80),
    work_center      varchar(20),
    plc_host         varchar(120),
    plc_port         integer,
    opc_node_id      text,
    ideal_cycle_s    numeric(8,3),
    oee_target       numeric(5,2),
    spindle_hours    numeric(10,1),
    tool_slots       smallint,
    year_built       smallint,
    current_state    varchar(16),
    state_since      timestamptz
);

CREATE TABLE mes.quality_measurement (
    meas_id         bigserial PRIMARY KEY,
    batch_id        bigint NOT NULL,
    characteristic  varchar(60) NOT NULL,
    sample_no       integer,
    nominal         numeric(14,5),
    usl             numeric(14,5),
    lsl             numeric(14,5),
    measured_value  numeric(14,5),
    unit            varchar(10),
    gauge_id        varchar(20),
    result          varchar(6),
    cpk             numeric(6,3),
    defect_code     varchar(10),
    taken_at        timestamptz
);

CREATE TABLE mes.batch (
    batch_id       bigserial PRIMARY KEY,
    batch_no       varchar(30) NOT NULL,
    wo_id          bigint,
    recipe_code    varchar(20),
    recipe_version smallint,
    vessel_id      varchar(20),
    start_weight   numeric(12,3),
    end_weight     numeric(12,3),
    yield_pct      numeric(6,2),
    ph             numeric(4,2),
    viscosity_mpas numeric(10,2),
    hold_flag      boolean DEFAULT false,
    produced_on    date,
    best_before    date
);

CREATE TABLE mes."StillstandProtokoll" (
    "StillstandId"   bigserial PRIMARY KEY,
    "MaschinenNr"    varchar(20) NOT NULL,
    "Beginn"         timestamp NOT NULL,
    "Ende"           timestamp,
    "DauerMin"       numeric(8,1),
    "GrundCode"      varchar(10),
    "GrundText"      varchar(120),
    "Stoerklasse"    char(1),
    "AuftragsNr"     varchar(20),
    "Schicht"        smallint,
    "Geplant"        boolean
);

-- ---------------------------------------------------------------- maintenance & fleet
CREATE TABLE maint.equipment (
    equip_id          serial PRIMARY KEY,
    tag_no            varchar(30) NOT NULL,
    functional_loc    varchar(40),
    equip_class       varchar(20),
    description       varchar(200),
    make              varchar(40),
    model_no          varchar(40),
    serial_no         varchar(40),
    rated_power_kw    numeric(10,2),
    rated_speed_rpm   integer,
    ip_rating         varchar(6),
    criticality       char(1),
    commissioned_date date,
    running_hours     numeric(12,1),
    mtbf_hours        numeric(10,1),
    mttr_hours        numeric(8,2),
    parent_equip_id   integer
);

CREATE TABLE maint.pm_plan (
    plan_id         serial PRIMARY KEY,
    equip_id        integer NOT NULL,
    task_list       varchar(30),
    trigger_type    varchar(10),
    cycle_value     numeric(10,2),
    cycle_unit      varchar(8),
    last_done_on    date,
    next_due_on     date,
    last_counter    numeric(12,1),
    lead_days       smallint,
    est_hours       numeric(6,2),
    shutdown_required boolean,
    instructions    text
);

CREATE TABLE gmao.ordre_travail (
    id_ot             bigserial PRIMARY KEY,
    numero_ot         varchar(20) NOT NULL,
    code_equipement   varchar(30) NOT NULL,
    libelle           varchar(200),
    type_intervention varchar(20),
    priorite          smallint,
    date_demande      timestamp,
    date_debut        timestamp,
    date_fin          timestamp,
    duree_arret_h     numeric(8,2),
    cause_panne       varchar(60),
    action_realisee   text,
    pieces_utilisees  text,
    etat              varchar(12),
    compteur_horaire  numeric(12,1)
);

CREATE TABLE fleet.vehicle (
    vehicle_id        serial PRIMARY KEY,
    fleet_no          varchar(10) NOT NULL,
    vehicle_class     varchar(20),
    make              varchar(40),
    model             varchar(60),
    model_year        smallint,
    fuel_type         varchar(12),
    engine_cc         integer,
    battery_kwh       numeric(6,1),
    payload_kg        integer,
    gross_weight_kg   integer,
    axle_count        smallint,
    emission_class    varchar(10),
    odometer_km       numeric(10,1),
    tyre_size         varchar(20),
    depot_code        varchar(10),
    next_inspection   date,
    in_service_since  date,
    veh_status        varchar(12)
);

CREATE TABLE fleet.fuel_log (
    log_id        bigserial PRIMARY KEY,
    vehicle_id    integer NOT NULL,
    pump_no       smallint,
    fuel_grade    varchar(10),
    litres        numeric(8,2),
    odometer_km   numeric(10,1),
    full_tank     boolean,
    l_per_100km   numeric(6,2),
    adblue_litres numeric(6,2),
    filled_at     timestamptz
);

-- ---------------------------------------------------------------- data pipelines
CREATE TABLE datacat.dataset (
    dataset_id      uuid PRIMARY KEY,
    urn             text NOT NULL,
    platform        varchar(30),
    db_name         varchar(63),
    schema_name     varchar(63),
    table_name      varchar(63),
    display_name    varchar(120),
    description     text,
    format          varchar(16),
    storage_uri     text,
    partition_cols  text[],
    row_count       bigint,
    bytes           bigint,
    owner_team      varchar(60),
    freshness_sla   interval,
    last_refreshed  timestamptz,
    certified       boolean DEFAULT false
);

CREATE TABLE datacat.dataset_column (
    dataset_id      uuid NOT NULL,
    ordinal         integer NOT NULL,
    column_name     varchar(63) NOT NULL,
    data_type       varchar(60),
    nullable        boolean,
    default_expr    text,
    comment         text,
    distinct_count  bigint,
    null_frac       real,
    min_value       text,
    max_value       text,
    avg_length      real,
    tags            text[],
    PRIMARY KEY (dataset_id, ordinal)
);

CREATE TABLE etl.pipeline_run (
    run_id          bigserial PRIMARY KEY,
    dag_id          varchar(120) NOT NULL,
    task_id         varchar(120),
    logical_date    timestamptz,
    try_number      smallint,
    pool            varchar(40),
    queue           varchar(40),
    rows_read       bigint,
    rows_written    bigint,
    rows_rejected   bigint,
    bytes_processed bigint,
    watermark       timestamptz,
    state           varchar(16),
    error_text      text,
    start_date      timestamptz,
    end_date        timestamptz
);

CREATE TABLE etl.kafka_offset (
    consumer_group text NOT NULL,
    topic          text NOT NULL,
    "partition"    integer NOT NULL,
    current_offset bigint,
    log_end_offset bigint,
    lag            bigint,
    leader_epoch   integer,
    metadata       text,
    committed_at   timestamptz
);

-- ---------------------------------------------------------------- flags & schedulers
CREATE TABLE flags."featureFlag" (
    "id"             serial PRIMARY KEY,
    "key"            varchar(100) NOT NULL,
    "displayName"    text,
    "description"    text,
    "valueType"      varchar(10),
    "defaultValue"   jsonb,
    "variations"     jsonb,
    "rolloutPercent" numeric(5,2),
    "environment"    varchar(30),
    "isArchived"     boolean DEFAULT false,
    "isTemporary"    boolean,
    "ownerTeam"      text,
    "version"        integer,
    "createdAt"      timestamptz,
    "updatedAt"      timestamptz
);

CREATE TABLE sched.qrtz_trigger (
    sched_name     varchar(120) NOT NULL,
    trigger_name   varchar(150) NOT NULL,
    trigger_group  varchar(150) NOT NULL,
    job_name       varchar(150),
    job_group      varchar(150),
    cron_expr      varchar(120),
    time_zone_id   varchar(80),
    next_fire_time bigint,
    prev_fire_time bigint,
    misfire_instr  smallint,
    trigger_state  varchar(16),
    calendar_name  varchar(150),
    job_data       bytea
);

CREATE TABLE sched.job_queue (
    job_id        bigserial PRIMARY KEY,
    queue_name    varchar(60) DEFAULT 'default',
    handler       text,
    args          jsonb,
    priority      integer DEFAULT 0,
    attempts      integer DEFAULT 0,
    max_attempts  integer DEFAULT 25,
    run_at        timestamptz,
    locked_at     timestamptz,
    locked_by     varchar(120),
    worker_pid    integer,
    unique_key    varchar(120),
    last_error    text,
    failed_at     timestamptz
);

-- ---------------------------------------------------------------- cdn, search
CREATE TABLE cdn.edge_node (
    node_id       serial PRIMARY KEY,
    pop           char(3) NOT NULL,
    node_name     varchar(60),
    ipv4          inet,
    ipv6          inet,
    capacity_gbps numeric(7,2),
    load_pct      numeric(5,2),
    cache_size_gb integer,
    cache_used_gb integer,
    hit_ratio     numeric(5,4),
    weight        smallint,
    drained       boolean,
    software_rev  varchar(20),
    checked_at    timestamptz
);

CREATE TABLE cdn.cache_rule (
    rule_id         serial PRIMARY KEY,
    zone_name       varchar(120),
    match_pattern   text,
    methods         text[],
    ttl_seconds     integer,
    browser_ttl     integer,
    stale_while_revalidate integer,
    vary_headers    text[],
    ignore_query    boolean,
    compress        boolean,
    origin_shield   varchar(20),
    seq             smallint
);

CREATE TABLE search.index_meta (
    index_name     varchar(120) PRIMARY KEY,
    alias          varchar(120),
    uuid           varchar(24),
    analyzer       varchar(40),
    mapping        jsonb,
    num_shards     smallint,
    num_replicas   smallint,
    doc_count      bigint,
    deleted_docs   bigint,
    store_bytes    bigint,
    segment_count  integer,
    refresh_ms     integer,
    health         varchar(8),
    opened_at      timestamptz
);

CREATE TABLE search.doc_chunk (
    chunk_id      bigserial PRIMARY KEY,
    doc_uri       text,
    chunk_no      integer,
    heading       text,
    body          text,
    lang          char(2),
    token_count   integer,
    char_start    integer,
    char_end      integer,
    embedding     real[],
    model_name    varchar(60),
    hash          char(64),
    indexed_at    timestamptz
);

-- ---------------------------------------------------------------- cloud rate tables
CREATE TABLE rating.sku_rate (
    sku              varchar(40) NOT NULL,
    region           varchar(24) NOT NULL,
    service_code     varchar(40),
    usage_type       varchar(60),
    rate_description text,
    billing_unit     varchar(20),
    tier_from        numeric(20,4) NOT NULL DEFAULT 0,
    tier_to          numeric(20,4),
    unit_price       numeric(18,10),
    currency_code    char(3),
    free_quota       numeric(20,4),
    term_type        varchar(16),
    effective_date   date NOT NULL,
    rate_version     integer
);

CREATE TABLE rating.instance_type (
    instance_type   varchar(30) PRIMARY KEY,
    family          varchar(20),
    generation      smallint,
    vcpu            smallint,
    memory_gib      numeric(8,2),
    gpu_count       smallint,
    gpu_model       varchar(40),
    local_ssd_gb    integer,
    network_gbps    numeric(6,2),
    hypervisor      varchar(16),
    arch            varchar(10),
    hourly_price    numeric(12,6),
    is_burstable    boolean,
    retired_on      date
);

-- ---------------------------------------------------------------- pim / dam
CREATE TABLE pim.product (
    product_id       bigserial PRIMARY KEY,
    sku              varchar(40) NOT NULL,
    ean              char(13),
    brand            varchar(60),
    family_code      varchar(40),
    title            varchar(200),
    subtitle         varchar(200),
    marketing_text   text,
    color            varchar(30),
    size             varchar(20),
    energy_label     char(1),
    attribute_values jsonb,
    completeness     numeric(5,2),
    seo_slug         varchar(200),
    meta_title       varchar(120),
    meta_description varchar(300),
    launch_date      date,
    discontinued     boolean
);

CREATE TABLE dam.asset (
    asset_id       uuid PRIMARY KEY,
    product_sku    varchar(40),
    file_name      varchar(255),
    storage_key    text,
    mime_type      varchar(80),
    width_px       integer,
    height_px      integer,
    dpi            smallint,
    color_space    varchar(12),
    has_alpha      boolean,
    file_size      bigint,
    md5            char(32),
    alt_text       varchar(255),
    view_angle     varchar(20),
    rendition_of   uuid,
    license_type   varchar(20),
    usage_until    date,
    uploaded_at    timestamptz
);

CREATE TABLE pim.tr_atributo (
    id_atributo    serial PRIMARY KEY,
    codigo         varchar(40) NOT NULL,
    nombre         varchar(80),
    descripcion    text,
    tipo_dato      varchar(16),
    unidad         varchar(12),
    obligatorio    boolean,
    valor_defecto  text,
    orden          smallint,
    grupo          varchar(40),
    traducible     boolean,
    activo         boolean
);

-- ---------------------------------------------------------------- timetables
CREATE TABLE gtfs.stops (
    stop_id             varchar(30) PRIMARY KEY,
    stop_code           varchar(20),
    stop_name           varchar(120),
    stop_desc           text,
    stop_lat            double precision,
    stop_lon            double precision,
    zone_id             varchar(12),
    stop_url            text,
    location_type       smallint,
    parent_station      varchar(30),
    platform_code       varchar(8),
    wheelchair_boarding smallint
);

CREATE TABLE gtfs.stop_times (
    trip_id             varchar(40) NOT NULL,
    stop_sequence       integer NOT NULL,
    stop_id             varchar(30) NOT NULL,
    arrival_time        interval,
    departure_time      interval,
    stop_headsign       varchar(120),
    pickup_type         smallint,
    drop_off_type       smallint,
    shape_dist_traveled double precision,
    timepoint           smallint
);

CREATE TABLE fahrplan.zugfahrt (
    fahrt_id         bigserial PRIMARY KEY,
    zug_nr           varchar(10) NOT NULL,
    linie            varchar(10),
    verkehrstag      date NOT NULL,
    start_bahnhof    varchar(8),
    ziel_bahnhof     varchar(8),
    abfahrt_soll     timestamp,
    ankunft_soll     timestamp,
    verspaetung_min  smallint,
    gleis            varchar(6),
    wagenzahl        smallint,
    baureihe         varchar(10),
    ausfall          boolean DEFAULT false,
    hinweis          text
);
